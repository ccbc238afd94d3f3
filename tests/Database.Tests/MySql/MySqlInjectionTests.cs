using Yyc3.Connectors.Sdk.Database;
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

    private static string Statement(string line) => line[(line.IndexOf("Query\t", StringComparison.Ordinal) + 6)..];
}
