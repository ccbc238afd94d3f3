using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// Waits at the start until a shared database takes connections: it may be starting too. What waiting cannot mend is told at once.
/// </summary>
internal sealed partial class StateGate(StateDialect dialect, TimeProvider time, ILogger<StateGate> logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="StateRefusedException">The database cannot be used as it is set.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (dialect.HasSingleWriter)
        {
            return;
        }

        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await dialect.OpenAsync(cancellationToken);
                await connection.ExecuteScalarAsync<int>("select 1");
                return;
            }
            catch (Exception fault) when (fault is DbException or SocketException or TimeoutException)
            {
                var reason = Reason(fault);
                if (!IsPassing(fault) || time.GetElapsedTime(begun) > Longest)
                {
                    throw new StateRefusedException(reason, fault);
                }

                LogWaiting(logger, reason);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static bool IsPassing(Exception fault) =>
        fault is not PostgresException { SqlState: var state }
        || state
            is PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.TooManyConnections;

    private static string Reason(Exception fault) =>
        fault switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } =>
                "names a user or password that the database refuses",
            PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                "names a user that the database does not let in from here",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                "names a database that does not exist",
            PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } => "names a database that is starting",
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
                "names a database that has no connection left",
            PostgresException postgres => $"names a database that refuses to be used (SQLSTATE {postgres.SqlState})",
            { InnerException: SocketException socket } => Reason(socket),
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
                "names a host that DNS does not know",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                "names a port where nothing listens (connection refused)",
            { InnerException: System.Security.Authentication.AuthenticationException } =>
                "names a server whose TLS certificate is not trusted",
            { InnerException: TimeoutException } or TimeoutException => "names a server that does not answer",
            _ => "names a database that cannot be reached",
        };

    [LoggerMessage(1, LogLevel.Warning, "Waiting for the store: YYC3_STORE {Reason}.")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
