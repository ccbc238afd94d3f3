using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sqlite;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteSubject : DatabaseSubject
{
    private readonly ConnectorHarness _harness = new();
    private SqliteConnector? _connector;

    public override string CreateValues =>
        "create table conf_values (id integer primary key, b boolean, i bigint, d double, n decimal_text, s text, x blob, "
        + "t timestamp, j json)";

    public override string CreateItems =>
        "create table conf_items (id integer primary key autoincrement, name text not null unique, "
        + "price integer check (price >= 0), parent integer references conf_items(id))";

    public override string SlowQuery =>
        "with recursive c(i) as (select 1 union all select i + 1 from c where i < 100000000000) select count(*) from c";

    public override string SlowCommand =>
        "update conf_items set price = (with recursive c(i) as (select 1 union all select i + 1 from c "
        + "where i < 100000000000) select count(*) from c)";

    public override string Series =>
        "with recursive c(i) as (select 1 where :n > 0 union all select i + 1 from c where i < :n) select i from c";

    public override string LookAlikes =>
        "select ':a' as \":b\", ':it''s' as [:c], 1 as `:d` /* :e */ where '12:30' <> ':f' -- :g";

    public override IReadOnlyList<string> Writes =>
        [
            "replace into conf_items (name) values ('second')",
            "insert into conf_items (name) values ('second') returning id",
            "with c(n) as (values ('second')) insert into conf_items (name) select n from c",
            "create temp table conf_temp (a)",
            "create trigger conf_trigger after insert on conf_items begin delete from conf_items; end",
            "create virtual table conf_search using fts5(a)",
            "pragma user_version = 7",
            "pragma journal_mode = delete",
            "pragma query_only = 0",
            "pragma writable_schema = 1",
            "select * from pragma_journal_mode",
            "attach database 'other.db' as other",
            "detach database main",
            "vacuum",
            "vacuum into 'copy.db'",
            "reindex",
            "analyze",
            "begin immediate",
            "end transaction",
        ];

    public override IReadOnlyList<string> RefusedCommands =>
        [
            "attach database 'other.db' as other",
            "attach ':memory:' as other",
            "detach database main",
            "vacuum",
            "vacuum into 'copy.db'",
            "pragma user_version = 7",
            "pragma journal_mode = delete",
            "pragma foreign_keys = off",
            "pragma writable_schema = 1",
            "pragma temp_store_directory = '/tmp'",
            "select load_extension('/tmp/x.so')",
            "create temp table conf_temp (a)",
            "create temp trigger conf_trigger after insert on conf_items begin delete from conf_items; end",
            "create virtual table conf_other using dbstat",
            "update sqlite_schema set sql = 'x'",
            "delete from sqlite_sequence where (select load_extension('x'))",
        ];

    public override ValueTask<IDatabase> OpenAsync()
    {
        _connector = new SqliteConnector(_harness.Context(new { path = "suite/data.db" }));
        return ValueTask.FromResult<IDatabase>(_connector);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_connector is not null)
        {
            await _connector.DisposeAsync();
        }

        _harness.Dispose();
        GC.SuppressFinalize(this);
    }
}
