"""What the provider reports is settled into the ledger

Revision ID: 20261122_2
Revises: 20261122_1
"""
from alembic import op
import sqlalchemy as sa

revision = '20261122_2'
down_revision = '20261122_1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('provider_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('token', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('provider_message_id', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('address_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('settled_in', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_provider_events_address_hash'), ['address_hash'], unique=False)
        batch_op.create_index('ix_provider_events_settled', ['settled_in', 'id'], unique=False)
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.create_index('ix_batches_provider_message_id', ['provider_message_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.drop_index('ix_batches_provider_message_id')
    with op.batch_alter_table('provider_events', schema=None) as batch_op:
        batch_op.drop_index('ix_provider_events_settled')
        batch_op.drop_index(batch_op.f('ix_provider_events_address_hash'))
        for name in ('settled_in', 'reason', 'address_hash', 'provider_message_id', 'token'):
            batch_op.drop_column(name)
