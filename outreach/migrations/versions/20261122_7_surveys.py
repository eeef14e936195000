"""Surveys: whom they ask, and apart from it what was answered

Revision ID: 20261122_7
Revises: 20261122_6
"""

import sqlalchemy as sa
from alembic import op

from outreach.models.base import UtcDateTime


revision = '20261122_7'
down_revision = '20261122_6'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey_results',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=120), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_results')),
    sa.UniqueConstraint('scope', 'mode', name=op.f('uq_survey_results_scope_mode'))
    )
    op.create_table('surveys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('questionnaire', sa.String(length=40), nullable=False),
    sa.Column('cohort_month', sa.Date(), nullable=False),
    sa.Column('cohort_until', sa.Date(), nullable=False),
    sa.Column('months_after', sa.Integer(), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('programme_code', sa.String(length=32), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('closes_at', UtcDateTime(), nullable=False),
    sa.Column('cut_on', sa.Date(), nullable=False),
    sa.Column('cut_at', UtcDateTime(), nullable=True),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_surveys_department_code_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys')),
    sa.UniqueConstraint('public_id', name=op.f('uq_surveys_public_id')),
    sa.UniqueConstraint('slug', name=op.f('uq_surveys_slug'))
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_department_code'), ['department_code'], unique=False)

    op.create_table('survey_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('response_id', sa.String(length=32), nullable=True),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('programme_code', sa.String(length=32), nullable=True),
    sa.Column('level', sa.String(length=16), nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('excluded', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_survey_members_person_id_people'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_members_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_members')),
    sa.UniqueConstraint('response_id', name=op.f('uq_survey_members_response_id')),
    sa.UniqueConstraint('survey_id', 'person_id', name=op.f('uq_survey_members_survey_id_person_id'))
    )
    with op.batch_alter_table('survey_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_members_person_id'), ['person_id'], unique=False)

    op.create_table('survey_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_versions_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_versions')),
    sa.UniqueConstraint('survey_id', 'digest', name=op.f('uq_survey_versions_survey_id_digest'))
    )
    op.create_table('survey_responses',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=True),
    sa.Column('apart', sa.Boolean(), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('programme_code', sa.String(length=32), nullable=True),
    sa.Column('level', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_responses_survey_id_surveys'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['survey_versions.id'], name=op.f('fk_survey_responses_version_id_survey_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_responses'))
    )
    with op.batch_alter_table('survey_responses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_responses_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_answers',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['survey_responses.id'], name=op.f('fk_survey_answers_response_id_survey_responses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('response_id', 'code', name=op.f('pk_survey_answers'))
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answers_code', ['code'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answers_code')

    op.drop_table('survey_answers')
    with op.batch_alter_table('survey_responses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_responses_survey_id'))

    op.drop_table('survey_responses')
    op.drop_table('survey_versions')
    with op.batch_alter_table('survey_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_members_person_id'))

    op.drop_table('survey_members')
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_surveys_department_code'))

    op.drop_table('surveys')
    op.drop_table('survey_results')
