"""People get their batch when they are selected, and the batch gets its text; a status stands in no index

Revision ID: 20261122_3
Revises: 20261122_2
"""
import sqlalchemy as sa
from alembic import op

revision = '20261122_3'
down_revision = '20261122_2'
branch_labels = None
depends_on = None

VARIANT = "(SELECT {0} FROM messages WHERE messages.id = batches.message_id)"


def upgrade() -> None:
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=2), nullable=False, server_default='sv'))
        batch_op.add_column(sa.Column('department_code', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('time_zone', sa.String(length=64), nullable=True))
        batch_op.alter_column('message_id', existing_type=sa.INTEGER(), nullable=True)
    for column in ('language', 'department_code'):
        op.execute(f"UPDATE batches SET {column} = {VARIANT.format(column)}")
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.alter_column('language', existing_type=sa.String(length=2), server_default=None)
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.drop_index('ix_recipients_campaign_status')
        batch_op.drop_index('ix_recipients_person')
        batch_op.drop_constraint('uq_recipients_campaign_id_wave_person_id', type_='unique')
        batch_op.create_index('ix_recipients_campaign', ['campaign_id', 'wave'], unique=False)
        batch_op.create_unique_constraint(
            'uq_recipients_person_id_campaign_id_wave', ['person_id', 'campaign_id', 'wave']
        )
        batch_op.drop_constraint('fk_recipients_message_id_messages', type_='foreignkey')
        batch_op.drop_column('message_id')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("ALTER TABLE recipients SET (fillfactor = 50)")


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("ALTER TABLE recipients RESET (fillfactor)")
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('message_id', sa.INTEGER(), nullable=True))
        batch_op.create_foreign_key('fk_recipients_message_id_messages', 'messages', ['message_id'], ['id'])
        batch_op.drop_constraint('uq_recipients_person_id_campaign_id_wave', type_='unique')
        batch_op.drop_index('ix_recipients_campaign')
        batch_op.create_unique_constraint(
            'uq_recipients_campaign_id_wave_person_id', ['campaign_id', 'wave', 'person_id']
        )
        batch_op.create_index('ix_recipients_person', ['person_id'], unique=False)
        batch_op.create_index('ix_recipients_campaign_status', ['campaign_id', 'wave', 'status'], unique=False)
    op.execute(
        "UPDATE recipients SET message_id = (SELECT message_id FROM batches WHERE batches.id = recipients.batch_id)"
    )
    op.execute("UPDATE recipients SET batch_id = NULL WHERE message_id IS NULL")
    op.execute("DELETE FROM batches WHERE message_id IS NULL")  # the older version makes them when it sends
    with op.batch_alter_table('batches', schema=None) as batch_op:
        batch_op.alter_column('message_id', existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column('time_zone')
        batch_op.drop_column('department_code')
        batch_op.drop_column('language')
