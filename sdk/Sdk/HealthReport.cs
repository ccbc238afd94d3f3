namespace Yyc3.Connectors.Sdk;

/// <summary>What a check found out.</summary>
/// <param name="Connection">Whether the provider can be reached.</param>
/// <param name="Authentication">Whether it accepts the credentials; <see cref="HealthState.Unknown"/> if it was not reached.</param>
public sealed record HealthReport(HealthState Connection, HealthState Authentication)
{
    /// <summary>Reached and accepted.</summary>
    public static HealthReport Healthy { get; } = new(HealthState.Healthy, HealthState.Healthy);

    /// <summary>Stable reason in UPPER_SNAKE when something is wrong, such as <c>CONNECTION_REFUSED</c>; null when all is well.</summary>
    public string? Code { get; init; }

    /// <summary>One English sentence for a person; null when all is well.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the same check may succeed later without a change of settings.</summary>
    public bool Retryable { get; init; }

    /// <summary>True when every part is healthy.</summary>
    public bool IsHealthy => Connection == HealthState.Healthy && Authentication == HealthState.Healthy;

    /// <summary>The provider could not be reached.</summary>
    /// <param name="code">Stable reason: <c>CONNECTION_REFUSED</c>, <c>DNS_FAILURE</c>, <c>TLS_FAILURE</c>, <c>TIMEOUT</c> …</param>
    /// <param name="reason">One sentence for a person.</param>
    /// <param name="retryable">Whether it may pass by itself.</param>
    /// <returns>The report.</returns>
    public static HealthReport Unreachable(string code, string reason, bool retryable = true) =>
        new(HealthState.Unhealthy, HealthState.Unknown)
        {
            Code = code,
            Reason = reason,
            Retryable = retryable,
        };

    /// <summary>Makes the report of an error that a check met.</summary>
    /// <param name="error">The error.</param>
    /// <returns>
    /// Refused credentials for <see cref="ErrorKind.Unauthenticated"/>; reached but not permitted for
    /// <see cref="ErrorKind.PermissionDenied"/>; else unreachable, with the error's code and message.
    /// </returns>
    public static HealthReport Of(ConnectorException error) =>
        error.Kind switch
        {
            ErrorKind.Unauthenticated => Refused(error.Message),
            ErrorKind.PermissionDenied => Refused(error.Message) with { Code = error.Code },
            _ => Unreachable(
                error.Code,
                error.Message,
                error.Kind is ErrorKind.Unavailable or ErrorKind.Timeout or ErrorKind.Throttled or ErrorKind.Conflict
            ),
        };

    /// <summary>Makes the report of a check.</summary>
    /// <param name="check">The check under way; it fails with a <see cref="ConnectorException"/> when something is wrong.</param>
    /// <returns><see cref="Healthy"/>, or <see cref="Of"/> the error; other exceptions go through.</returns>
    public static async ValueTask<HealthReport> OfAsync(Task check)
    {
        try
        {
            await check;
            return Healthy;
        }
        catch (ConnectorException error)
        {
            return Of(error);
        }
    }

    /// <summary>The provider was reached and refused the credentials.</summary>
    /// <param name="reason">One sentence for a person.</param>
    /// <returns>The report; not retryable.</returns>
    public static HealthReport Refused(string reason) =>
        new(HealthState.Healthy, HealthState.Unhealthy) { Code = "INVALID_CREDENTIALS", Reason = reason };
}
