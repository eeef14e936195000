"""Stories, where they are used, and the consent of whom they show

Revision ID: 20261122_4
Revises: 20261122_3
"""

import sqlalchemy as sa
from alembic import op

from outreach.models.base import UtcDateTime


revision = '20261122_4'
down_revision = '20261122_3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('images',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_images')),
    sa.UniqueConstraint('digest', name=op.f('uq_images_digest'))
    )
    op.create_table('contribution_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=64), nullable=False),
    sa.Column('coordinator_id', sa.Integer(), nullable=False),
    sa.Column('reminder', sa.Integer(), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_contribution_requests_coordinator_id_coordinators')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_requests')),
    sa.UniqueConstraint('period', 'coordinator_id', 'reminder', name=op.f('uq_contribution_requests_period_coordinator_id_reminder'))
    )
    op.create_table('stories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('title_sv', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('body_sv', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=2000), nullable=True),
    sa.Column('image_id', sa.Integer(), nullable=True),
    sa.Column('image_alt_sv', sa.Text(), nullable=False),
    sa.Column('image_alt_en', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('portrays', sa.Boolean(), nullable=False),
    sa.Column('happens_at', UtcDateTime(), nullable=True),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('publish_from', sa.Date(), nullable=True),
    sa.Column('publish_until', sa.Date(), nullable=True),
    sa.Column('channels', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Enum('draft', 'ready', 'used', 'withdrawn', name='storystatus', native_enum=False, length=12), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_stories_department_code_departments')),
    sa.ForeignKeyConstraint(['image_id'], ['images.id'], name=op.f('fk_stories_image_id_images')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_stories_person_id_people'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stories')),
    sa.UniqueConstraint('slug', name=op.f('uq_stories_slug')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stories_department_code'), ['department_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_stories_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_stories_status', ['status', 'publish_from'], unique=False)

    op.create_table('edition_stories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_edition_stories_campaign_id_campaigns'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_edition_stories_story_id_stories'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_stories')),
    sa.UniqueConstraint('campaign_id', 'story_id', name=op.f('uq_edition_stories_campaign_id_story_id'))
    )
    with op.batch_alter_table('edition_stories', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edition_stories_story_id'), ['story_id'], unique=False)

    op.create_table('exports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('item', sa.String(length=120), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=True),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('scope', sa.String(length=16), nullable=False),
    sa.Column('post', sa.JSON(), nullable=False),
    sa.Column('exported_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_exports_story_id_stories'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exports')),
    sa.UniqueConstraint('channel', 'item', 'period', 'scope', name=op.f('uq_exports_channel_item_period_scope'))
    )
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.create_index('ix_exports_period', ['period', 'scope'], unique=False)
        batch_op.create_index(batch_op.f('ix_exports_story_id'), ['story_id'], unique=False)

    op.create_table('story_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('story_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_story_consents_person_id_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['story_id'], ['stories.id'], name=op.f('fk_story_consents_story_id_stories'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_story_consents'))
    )
    with op.batch_alter_table('story_consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_story_consents_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_story_consents_story', ['story_id', 'channel', 'id'], unique=False)

    op.create_table('web_editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_web_editions_campaign_id_campaigns'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_editions')),
    sa.UniqueConstraint('campaign_id', 'language', name=op.f('uq_web_editions_campaign_id_language'))
    )
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('yields_to_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_recipients_yields_to_id_campaigns'), 'campaigns', ['yields_to_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_recipients_yields_to_id_campaigns'), type_='foreignkey')
        batch_op.drop_column('yields_to_id')

    op.drop_table('web_editions')
    with op.batch_alter_table('story_consents', schema=None) as batch_op:
        batch_op.drop_index('ix_story_consents_story')
        batch_op.drop_index(batch_op.f('ix_story_consents_person_id'))

    op.drop_table('story_consents')
    with op.batch_alter_table('exports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exports_story_id'))
        batch_op.drop_index('ix_exports_period')

    op.drop_table('exports')
    with op.batch_alter_table('edition_stories', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_edition_stories_story_id'))

    op.drop_table('edition_stories')
    with op.batch_alter_table('stories', schema=None) as batch_op:
        batch_op.drop_index('ix_stories_status')
        batch_op.drop_index(batch_op.f('ix_stories_person_id'))
        batch_op.drop_index(batch_op.f('ix_stories_department_code'))

    op.drop_table('stories')
    op.drop_table('contribution_requests')
    op.drop_table('images')
