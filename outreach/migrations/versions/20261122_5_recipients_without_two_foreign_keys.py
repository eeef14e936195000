"""A recipient's campaign and batch are not looked up again for each person that is entered

Revision ID: 20261122_5
Revises: 20261122_4
"""
from alembic import op

revision = '20261122_5'
down_revision = '20261122_4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.drop_constraint('fk_recipients_campaign_id_campaigns', type_='foreignkey')
        batch_op.drop_constraint('fk_recipients_batch_id_batches', type_='foreignkey')


def downgrade() -> None:
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.create_foreign_key(
            'fk_recipients_campaign_id_campaigns', 'campaigns', ['campaign_id'], ['id'], ondelete='CASCADE'
        )
        batch_op.create_foreign_key('fk_recipients_batch_id_batches', 'batches', ['batch_id'], ['id'])
