"""The coordinators' own door: sessions, keys, what was started there, and figures kept

Revision ID: 20261122_8
Revises: 20261122_7
"""

import sqlalchemy as sa
from alembic import op

from outreach.models.base import UtcDateTime
from outreach.queries.names import fold


revision = '20261122_8'
down_revision = '20261122_7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('previews',
    sa.Column('flow_run_id', sa.String(length=36), nullable=False),
    sa.Column('duty', sa.String(length=64), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('flow_run_id', name=op.f('pk_previews'))
    )
    with op.batch_alter_table('previews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_previews_made_at'), ['made_at'], unique=False)

    op.create_table('rate_counts',
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_counts'))
    )
    op.create_table('snapshots',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'department_code', name=op.f('pk_snapshots'))
    )
    op.create_table('api_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('scopes', sa.String(length=40), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['coordinators.id'], name=op.f('fk_api_keys_created_by_id_coordinators')),
    sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_api_keys_department_code_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('public_id', name=op.f('uq_api_keys_public_id')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_keys_secret_hash'))
    )
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_keys_department_code'), ['department_code'], unique=False)

    op.create_table('fault_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=500), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('handled_at', UtcDateTime(), nullable=True),
    sa.Column('handled_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['handled_by_id'], ['coordinators.id'], name=op.f('fk_fault_reports_handled_by_id_coordinators')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fault_reports'))
    )
    with op.batch_alter_table('fault_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fault_reports_created_at'), ['created_at'], unique=False)

    op.create_table('sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('coordinator_id', sa.Integer(), nullable=False),
    sa.Column('via', sa.String(length=8), nullable=False),
    sa.Column('browser', sa.String(length=80), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_sessions_coordinator_id_coordinators'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_coordinator_id'), ['coordinator_id'], unique=False)

    op.create_table('sign_in_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('coordinator_id', sa.Integer(), nullable=False),
    sa.Column('next_path', sa.String(length=500), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_sign_in_links_coordinator_id_coordinators'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_links_token_hash'))
    )
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_links_coordinator_id'), ['coordinator_id'], unique=False)

    op.create_table('duty_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('duty', sa.String(length=64), nullable=False),
    sa.Column('department_code', sa.String(length=16), nullable=True),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('preview', sa.Boolean(), nullable=False),
    sa.Column('preview_of_id', sa.Integer(), nullable=True),
    sa.Column('idempotency_key', sa.String(length=200), nullable=False),
    sa.Column('flow_run_id', sa.String(length=36), nullable=True),
    sa.Column('coordinator_id', sa.Integer(), nullable=True),
    sa.Column('api_key_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_keys.id'], name=op.f('fk_duty_runs_api_key_id_api_keys')),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinators.id'], name=op.f('fk_duty_runs_coordinator_id_coordinators')),
    sa.ForeignKeyConstraint(['department_code'], ['departments.code'], name=op.f('fk_duty_runs_department_code_departments')),
    sa.ForeignKeyConstraint(['preview_of_id'], ['duty_runs.id'], name=op.f('fk_duty_runs_preview_of_id_duty_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_runs')),
    sa.UniqueConstraint('flow_run_id', name=op.f('uq_duty_runs_flow_run_id')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_duty_runs_idempotency_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_duty_runs_public_id'))
    )
    with op.batch_alter_table('duty_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_runs_department_code'), ['department_code'], unique=False)

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_actor', ['actor'], unique=False)
        batch_op.create_index('ix_audit_action', ['action'], unique=False)

    folded = sa.String().with_variant(sa.String(collation='C'), 'postgresql')
    for name in ('first_folded', 'last_folded'):
        op.add_column('people', sa.Column(name, folded, nullable=False, server_default=''))
    _fold_names()
    op.create_index('ix_people_last_folded', 'people', ['last_folded', 'first_folded'])
    op.create_index('ix_people_first_folded', 'people', ['first_folded'])


def _fold_names() -> None:
    """The names as they are found by, for whoever is in the register already."""
    people = sa.table('people', *(sa.column(name) for name in ('id', 'first_name', 'last_name', 'first_folded', 'last_folded')))
    found = op.get_bind().execute(sa.select(people.c.id, people.c.first_name, people.c.last_name)).all()
    put = people.update().where(people.c.id == sa.bindparam('of')).values(
        first_folded=sa.bindparam('first'), last_folded=sa.bindparam('last')
    )
    rows = [{'of': number, 'first': fold(first), 'last': fold(last)} for number, first, last in found]
    for start in range(0, len(rows), 5000):
        op.get_bind().execute(put, rows[start : start + 5000])


def downgrade() -> None:
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_action')
        batch_op.drop_index('ix_audit_actor')

    for name in ('ix_people_first_folded', 'ix_people_last_folded'):
        op.drop_index(name, 'people')
    for name in ('first_folded', 'last_folded'):
        op.drop_column('people', name)

    with op.batch_alter_table('duty_runs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duty_runs_department_code'))

    op.drop_table('duty_runs')
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_links_coordinator_id'))

    op.drop_table('sign_in_links')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sessions_coordinator_id'))

    op.drop_table('sessions')
    with op.batch_alter_table('fault_reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fault_reports_created_at'))

    op.drop_table('fault_reports')
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_keys_department_code'))

    op.drop_table('api_keys')
    op.drop_table('snapshots')
    op.drop_table('rate_counts')
    with op.batch_alter_table('previews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_previews_made_at'))

    op.drop_table('previews')
