using System.Reflection;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Testing.Conformance.Database;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

/// <summary>The server's own log is the witness: what it was told to run holds none of the values it was given.</summary>
public sealed class PostgreSqlInjectionTests : IAsyncDisposable
{
    private static readonly (string Query, bool IsCommand)[] Statements =
    [
        ("insert into t (a) values (:v)", true),
        ("select a from t where a = :v", false),
        ("select a from t where a like :v order by a limit 1", false),
        ("update t set b = :v where a = :v", true),
        ("delete from t where a = :v and b <> :v", true),
    ];

    private static readonly IReadOnlyList<string> Texts =
        (IReadOnlyList<string>)
            typeof(DatabaseSubject)
                .Assembly.GetType("Yyc3.Connectors.Testing.Conformance.Database.InjectionCorpus", throwOnError: true)!
                .GetProperty("Texts", BindingFlags.Public | BindingFlags.Static)!
                .GetValue(null)!;

    private readonly PostgreSqlFixture _fixture = new();

    [Fact]
    public async Task No_bound_value_reaches_the_text_of_a_statement()
    {
        var server = await PostgreSqlServers.SharedAsync();
        var role = await PostgreSqlServers.NewRoleAsync();
        await server.RunAsync(
            $"alter role {role} set log_statement = 'all'; alter role {role} set log_parameter_max_length = -1"
        );
        var database = _fixture.Open(server, role);
        await ExecuteAsync(database, "create table t (id serial primary key, a text, b text)");
        await ExecuteAsync(database, "insert into t (a) values ('witness')");
        for (var run = 0; run < 5; run++)
        {
            await RunAllAsync(database, "harmless");
        }

        var harmless = TextsOf(Entries(await server.ReadLogAsync(), role));
        foreach (var text in Texts)
        {
            await RunAllAsync(database, text);
        }

        var bound = Texts.Count * Statements.Length;
        Assert.True(bound >= 500, $"Only {bound} values.");
        Assert.Equal(
            $"{Texts.Count + 1}|1",
            await server.RunAsync(
                $"select count(*) filter (where a <> 'harmless'), count(*) filter (where a = 'witness') from {role}.t"
            )
        );
        var entries = Entries(await server.ReadLogAsync(), role);
        Assert.Equal(harmless.Order(StringComparer.Ordinal), TextsOf(entries).Order(StringComparer.Ordinal));

        // The values are in the log, as what they are: values.
        var details = entries
            .Where(entry => entry.StartsWith("DETAIL:  parameters: $1 = ", StringComparison.Ordinal))
            .ToList();
        Assert.True(details.Count >= bound, $"{details.Count} entries with parameters for {bound} values.");
        Assert.All(
            Texts,
            value => Assert.Contains(details, detail => detail.Contains(Logged(value), StringComparison.Ordinal))
        );
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private static async Task RunAllAsync(IDatabase database, string value)
    {
        foreach (var (statement, isCommand) in Statements)
        {
            if (isCommand)
            {
                await ExecuteAsync(database, statement, ("v", DbValue.From(value)));
            }
            else
            {
                await QueryAsync(database, statement, ("v", DbValue.From(value)));
            }
        }
    }

    /// <summary>A value as the log shows it: quotes doubled, lines indented.</summary>
    private static string Logged(string value) =>
        $"'{value.Replace("'", "''", StringComparison.Ordinal).Replace("\n", "\n\t", StringComparison.Ordinal)}'";

    private static List<string> Entries(string log, string role) =>
        [.. log.Split($"@@postgres|{role}|").Skip(1).Select(entry => entry.Split("\n@@")[0])];

    private static HashSet<string> TextsOf(List<string> entries) =>
        entries
            .Where(entry => entry.StartsWith("LOG:  execute ", StringComparison.Ordinal))
            .Select(entry => entry[(entry.IndexOf(": ", 14, StringComparison.Ordinal) + 2)..].Trim())
            .ToHashSet(StringComparer.Ordinal);
}
