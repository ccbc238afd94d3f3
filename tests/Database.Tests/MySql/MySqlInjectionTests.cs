using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sql;
using Yyc3.Connectors.TestServers;
using static Yyc3.Connectors.Database.Tests.MySql.MySqlFixture;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.MySql;

/// <summary>Hostile values, judged by what the server itself says that it has run.</summary>
public sealed class MySqlInjectionTests
{
    private static readonly string[] Openings =
    [
        "",
        "'",
        "\"",
        "`",
        "\\'",
        "\\\"",
        "''",
        "')",
        "'))",
        "1",
        "\\",
        "\u0000'",
        "\u00bf'",
        "\u02bc",
        "%bf%27",
        "/*",
        "*/",
        "-- ",
        "#",
        "?",
        ":a",
        "@a",
        ";",
        "\u001a",
    ];

    private static readonly string[] Payloads =
    [
        " or 1=1 -- ",
        "; drop table witness; -- ",
        "; drop table witness #",
        " union select load_file('/etc/passwd') -- ",
        " into outfile '/tmp/yyc3_injected' -- ",
        "/*!50000 union select 1,2 */",
        "/*M!100000 ; drop table witness */",
        "; set global general_log = off; -- ",
        " and sleep(30) -- ",
        " and benchmark(1000000000, md5(1)) -- ",
        "; call p(); -- ",
        " || (select 1) || ",
        "'+(select 1)+'",
        "\n; delete from witness where '1'='1",
        "; start transaction read write; delete from witness; commit; -- ",
        "; xa start 'x'; -- ",
        "0x27206f7220313d31",
        "; prepare s from 'drop table witness'; execute s; -- ",
        " limit 1 procedure analyse() -- ",
        "; kill 1; -- ",
        ") values (1); drop table witness; -- ",
        "\r\n-- \r\n; truncate witness",
    ];

    [Fact]
    public async Task Hostile_values_never_become_statements()
    {
        var texts = Openings.SelectMany(opening => Payloads.Select(payload => opening + payload)).Distinct().ToList();
        Assert.True(texts.Count >= 500, $"{texts.Count} texts");
        await using var server = await MariaDbServer.StartAsync("--general-log");
        await using var fixture = await CreateAsync(server);
        var database = fixture.Open(poolSize: 2);
        await ExecuteAsync(database, "create table witness (id int auto_increment primary key, a text)");

        foreach (var text in texts)
        {
            var added = await ExecuteAsync(database, "insert into witness (a) values (:a)", ("a", DbValue.From(text)));
            Assert.Equal(1, added.AffectedRows);
            var found = await QueryAsync(
                database,
                "select a from witness where id = :id and binary a = :a",
                ("id", DbValue.From(long.Parse(added.InsertId!, System.Globalization.CultureInfo.InvariantCulture))),
                ("a", DbValue.From(text))
            );
            Assert.Equal(DbValue.From(text), Assert.Single(found)[0]);
        }

        Assert.Equal(DbValue.From(texts.Count), (await QueryAsync(database, "select count(*) from witness"))[0][0]);
        var log = await File.ReadAllTextAsync(server.GeneralLog);
        var prepared = log.Split('\n').Where(line => line.Contains(" Prepare\t", StringComparison.Ordinal)).ToList();
        Assert.True(prepared.Count >= texts.Count, $"{prepared.Count} compiled");
        Assert.All(
            prepared
                .Select(line => line[(line.IndexOf('\t', line.IndexOf("Prepare", StringComparison.Ordinal)) + 1)..])
                .Distinct(),
            line =>
                Assert.True(
                    line
                        is "insert into witness (a) values (?)"
                            or "select a from witness where id = ? and binary a = ?"
                            or "select count(*) from witness",
                    line
                )
        );
        var commands = log.Split('\n')
            .Where(line => line.Contains(" Query\t", StringComparison.Ordinal))
            .Select(Statement);
        string[] allowed = ["SET", "START", "COMMIT", "DO", "SELECT", "create", "CREATE", "GRANT", "DROP", "ROLLBACK"];
        Assert.All(commands, statement => Assert.Contains(statement.Split(' ')[0], allowed));
        Assert.False(File.Exists("/tmp/yyc3_injected"));
    }

    [Fact]
    public async Task Comment_that_a_control_character_opens_hides_no_statement()
    {
        await using var fixture = await CreateAsync();
        var database = fixture.Open();
        var user = "u_" + Guid.NewGuid().ToString("N")[..8];
        await ExecuteAsync(database, "create table witness (a int)");

        for (var c = '\u0001'; c <= '\u00a0'; c++)
        {
            await FailsAsync(() => ExecuteAsync(database, $"--{c} INSERT '\ncreate user {user} -- '"));
            await FailsAsync(() => QueryAsync(database, $"--{c} SHOW '\ninsert into witness values (1) -- '"));
            await FailsAsync(() => QueryAsync(database, $"select --{c} '\nget_lock('{user}', 0) -- '"));
        }

        Assert.Equal(
            "0",
            (await fixture.Server.RunAsync($"SELECT COUNT(*) FROM mysql.user WHERE user = '{user}'")).Trim()
        );
        Assert.Empty(await QueryAsync(database, "select a from witness"));
    }

    [Fact]
    public async Task Server_and_tokenizer_agree_on_where_a_comment_begins_and_ends()
    {
        await using var fixture = await CreateAsync();
        await using var connection = await fixture.OpenSource().OpenConnectionAsync(default);
        string[] openings = ["--", "#", "--\r", "# \r", "-- \u2028"];
        var characters = Enumerable.Range(1, 0x100).Select(code => (char)code).Append('\u2028').Append('\ufeff');
        foreach (var text in openings.SelectMany(opening => characters.Select(c => $"select 1 {opening}{c}'\n+ 1")))
        {
            // What is no comment leaves the quote open.
            var isRun =
                await Record.ExceptionAsync(() => connection.CreateCommand(text).ExecuteNonQueryAsync()) is null;
            var isRead = Record.Exception(() => SqlText.Parse(text, SqlDialect.MySql, "query")) is null;

            Assert.True(isRun == isRead, $"{string.Join(' ', text.Select(c => $"{(int)c:x}"))}: {isRun}");
        }
    }

    private static string Statement(string line) => line[(line.IndexOf("Query\t", StringComparison.Ordinal) + 6)..];
}
