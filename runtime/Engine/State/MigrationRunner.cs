using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// Brings the schema up to date from the embedded files <c>NNNN_name.sql</c> (every database) and
/// <c>NNNN_name.&lt;dialect&gt;.sql</c> (that database only), each in a transaction of its own.
/// </summary>
internal sealed partial class MigrationRunner(StateStore store, TimeProvider time, ILogger<MigrationRunner> logger)
{
    /// <exception cref="InvalidDataException">A newer runtime has written the state.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await store.WriteAsync(
            async transaction =>
            {
                // Nodes that start together must not make the same table twice.
                await store.Dialect.LockAsync(transaction, StateLock.Migration, cancellationToken);
                return await transaction.Connection!.ExecuteAsync(
                    "create table if not exists schema_version (version integer primary key, name text not null, applied_at bigint not null)",
                    transaction: transaction
                );
            },
            cancellationToken
        );
        var known = Find(store.Dialect.Name);
        var newest = await store.ReadAsync(
            connection => connection.ExecuteScalarAsync<long?>("select max(version) from schema_version"),
            cancellationToken
        );
        if (newest > known[^1].Version)
        {
            throw new InvalidDataException(
                $"The state was written by a newer runtime (schema {newest}, this one knows {known[^1].Version})."
            );
        }

        foreach (var migration in known)
        {
            var applied = await store.WriteAsync(transaction => ApplyAsync(transaction, migration), cancellationToken);
            if (applied)
            {
                LogApplied(logger, migration.Version, migration.Name);
            }
        }
    }

    internal static IReadOnlyList<Migration> Find(string dialect)
    {
        var assembly = typeof(MigrationRunner).Assembly;
        var marker = typeof(MigrationRunner).Namespace + ".Migrations.";
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(resource => resource.StartsWith(marker, StringComparison.Ordinal))
                .Select(resource => (Resource: resource, Parts: resource[marker.Length..^".sql".Length].Split('.')))
                .Where(file =>
                    file.Parts.Length == 1 || string.Equals(file.Parts[1], dialect, StringComparison.Ordinal)
                )
                .Select(file => new Migration(
                    int.Parse(file.Parts[0].AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture),
                    file.Parts[0][5..],
                    file.Resource
                ))
                .OrderBy(migration => migration.Version),
        ];
    }

    private async Task<bool> ApplyAsync(DbTransaction transaction, Migration migration)
    {
        var connection = transaction.Connection!;
        await store.Dialect.LockAsync(transaction, StateLock.Migration, CancellationToken.None);
        var isThere = await connection.ExecuteScalarAsync<long>(
            "select count(*) from schema_version where version = @Version",
            migration,
            transaction
        );
        if (isThere > 0)
        {
            return false;
        }

        using var reader = new StreamReader(
            typeof(MigrationRunner).Assembly.GetManifestResourceStream(migration.Resource)!
        );
        await connection.ExecuteAsync(await reader.ReadToEndAsync(), transaction: transaction);
        await connection.ExecuteAsync(
            "insert into schema_version (version, name, applied_at) values (@Version, @Name, @AppliedAt)",
            new
            {
                migration.Version,
                migration.Name,
                AppliedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            transaction
        );
        return true;
    }

    [LoggerMessage(1, LogLevel.Information, "Applied migration {Version} {Name}.")]
    private static partial void LogApplied(ILogger logger, int version, string name);
}
