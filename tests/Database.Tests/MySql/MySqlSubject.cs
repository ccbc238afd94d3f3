using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlSubject : DatabaseSubject
{
    private MySqlFixture? _fixture;

    public override string CreateValues =>
        "create table conf_values (id int primary key, b boolean, i bigint, d double, n decimal(30,2), s longtext, x longblob, "
        + "t datetime(3), j json)";

    // A comparison that pads would take 'a' and 'a ' for the same name.
    public override string CreateItems =>
        "create table conf_items (id int auto_increment primary key, "
        + "name varchar(750) collate utf8mb4_nopad_bin not null unique, "
        + "price int check (price >= 0), parent int, foreign key (parent) references conf_items(id))";

    public override string SlowQuery => "select count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8";

    public override string SlowCommand =>
        "update conf_items set price = (select count(*) from seq_1_to_100000000000 s where s.seq % 7 = 8)";

    public override string Series => "select seq as i from seq_1_to_2000000000 where seq <= :n";

    public override string LookAlikes =>
        "select ':a' as `:b`, \":it''s\", ':it\\'s', 1 as `:d` /* :e */ where '12:30' <> ':f' -- :g\n # :h";

    public override IReadOnlyList<string> Writes =>
        [
            "replace into conf_items (name) values ('second')",
            "insert into conf_items (name) values ('second') returning id",
            "insert into conf_items (name) values ('first') on duplicate key update price = 5",
            "truncate table conf_items",
            "rename table conf_items to conf_other",
            "create temporary table conf_temp (a int)",
            "create sequence conf_sequence",
            "analyze table conf_items",
            "analyze update conf_items set price = 3",
            "optimize table conf_items",
            "select name from conf_items into outfile '/tmp/conf_out'",
            "select name into dumpfile '/tmp/conf_out' from conf_items limit 1",
            "select name into @conf from conf_items limit 1",
            "select 1e5into outfile '/tmp/conf_out'",
            "select 1.5into @conf",
            "table conf_items into outfile '/tmp/conf_out'",
            "select get_lock('conf', 0)",
            "select `get_lock`('conf', 0)",
            "select release_all_locks()",
            "set @conf = 1",
            "set session transaction read write",
            "set global max_connections = 5",
            "call conf_procedure()",
            "do sleep(0)",
            "handler conf_items open",
            "lock tables conf_items write",
            "unlock tables",
            "flush tables",
            "kill 1",
            "prepare conf from 'delete from conf_items'",
            "execute conf",
            "execute immediate 'delete from conf_items'",
            "use mysql",
            "start transaction read write",
            "xa start 'conf'",
            "load data infile '/etc/passwd' into table conf_items",
            "grant all on *.* to conf",
            "--\u007f SHOW '\ngrant all on *.* to conf -- '",
            "--\u007f SELECT '\ncreate table conf_hidden (a int) -- '",
            "#\u007f SELECT '\ncreate table conf_hidden (a int) -- '",
            "select --\u007f '\nget_lock('conf', 0) -- '",
        ];

    public override IReadOnlyList<string> RefusedCommands =>
        [
            "use mysql",
            "set global max_connections = 5",
            "set @conf = 1",
            "set session transaction read only",
            "set statement max_statement_time = 1 for delete from conf_items",
            "load data infile '/etc/passwd' into table conf_items (name)",
            "load data local infile '/etc/passwd' into table conf_items (name)",
            "select name from conf_items into outfile '/tmp/conf_out'",
            "select 1e5into outfile '/tmp/conf_out'",
            "insert into conf_items (name) values (load_file('/etc/passwd'))",
            "insert into conf_items (name) values (`load_file`('/etc/passwd'))",
            "create database conf_other",
            "drop database mysql",
            "create user conf",
            "grant all on *.* to conf",
            "revoke all on *.* from app",
            "create function conf returns integer soname 'conf.so'",
            "install plugin conf soname 'conf.so'",
            "create server conf foreign data wrapper mysql options (host 'other')",
            "lock tables conf_items write",
            "flush tables with read lock",
            "kill 1",
            "shutdown",
            "reset query cache",
            "handler conf_items open",
            "prepare conf from 'delete from conf_items'",
            "execute immediate 'delete from conf_items'",
            "start transaction",
            "xa start 'conf'",
            "--\u007f INSERT '\ngrant all on *.* to conf -- '",
            "--\u007f INSERT '\ncreate user conf -- '",
        ];

    public override async ValueTask<IDatabase> OpenAsync()
    {
        _fixture = await MySqlFixture.CreateAsync();
        return _fixture.Open();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_fixture is not null)
        {
            await _fixture.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
