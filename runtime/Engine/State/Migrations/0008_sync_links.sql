-- There is a link for every record of every sync, so it is kept small.
create table sync_links (
  set_id bigint not null references sync_link_sets (id) on delete cascade,
  record_id text not null,
  remote_state text,
  target_state text,
  remote_seen bigint not null,
  target_seen bigint not null,
  conflict_run text,
  remote_failed bigint not null,
  target_failed bigint not null,
  primary key (set_id, record_id)
);

create index sync_links_remote_failed on sync_links (set_id, record_id) where remote_failed > 0;
create index sync_links_target_failed on sync_links (set_id, record_id) where target_failed > 0;
