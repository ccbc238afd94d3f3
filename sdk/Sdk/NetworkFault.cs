using System.Net.Sockets;
using System.Security.Authentication;

namespace Yyc3.Connectors.Sdk;

/// <summary>
/// What a failed connection means, told from error codes and exception types alone, so that every connector gives the same
/// reason for the same failure.
/// </summary>
/// <param name="Code">Stable reason: one of the constants here.</param>
/// <param name="Message">One sentence for a person, without address or provider text.</param>
/// <param name="Kind">Decides status and retry.</param>
public sealed record NetworkFault(string Code, string Message, ErrorKind Kind)
{
    /// <summary>Nobody listens on that port.</summary>
    public const string ConnectionRefused = "CONNECTION_REFUSED";

    /// <summary>The host's name does not resolve.</summary>
    public const string DnsFailure = "DNS_FAILURE";

    /// <summary>No TLS, or a certificate that is not trusted or belongs to another name.</summary>
    public const string TlsFailure = "TLS_FAILURE";

    /// <summary>No answer in time.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>An open connection broke.</summary>
    public const string ConnectionLost = "CONNECTION_LOST";

    /// <summary>No way to that address.</summary>
    public const string NetworkUnreachable = "NETWORK_UNREACHABLE";

    private static readonly NetworkFault Refused = new(
        ConnectionRefused,
        "The provider refuses the connection: nothing listens on that port.",
        ErrorKind.Unavailable
    );

    private static readonly NetworkFault Dns = new(
        DnsFailure,
        "The provider's host name cannot be resolved.",
        ErrorKind.Unavailable
    );

    private static readonly NetworkFault Late = new(Timeout, "The provider did not answer in time.", ErrorKind.Timeout);

    private static readonly NetworkFault Lost = new(
        ConnectionLost,
        "The connection to the provider was lost.",
        ErrorKind.Unavailable
    );

    private static readonly NetworkFault Unreachable = new(
        NetworkUnreachable,
        "The provider's address cannot be reached from here.",
        ErrorKind.Unavailable
    );

    /// <summary>TLS could not be agreed on, or the certificate is not to be believed. Not retried.</summary>
    public static NetworkFault Tls { get; } =
        new(
            TlsFailure,
            "No trusted TLS connection: the provider speaks no TLS there, or its certificate is not trusted or is another host's.",
            ErrorKind.MalformedAnswer
        );

    /// <summary>Whether the same call may succeed later without a change of settings.</summary>
    public bool IsRetryable => Kind is ErrorKind.Unavailable or ErrorKind.Timeout;

    /// <summary>Finds the network's part in a failure, however deep a library has wrapped it.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>The fault, or null when the network has no part in it.</returns>
    public static NetworkFault? Find(Exception? exception)
    {
        var found = default(NetworkFault);
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AggregateException { InnerExceptions: { Count: > 1 } several })
            {
                return several.Select(Find).FirstOrDefault(fault => fault is not null) ?? found;
            }

            // The innermost knows best: a refused port is wrapped in "cannot connect", that in "request failed".
            found = Judge(inner) ?? found;
        }

        return found;
    }

    /// <summary>Makes the connector's error of it.</summary>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public ConnectorException ToException(Exception? cause = null) => new(Kind, Code, Message, innerException: cause);

    /// <summary>Makes the report of a check of it.</summary>
    /// <returns>A report that the provider cannot be reached.</returns>
    public HealthReport ToReport() => HealthReport.Unreachable(Code, Message, IsRetryable);

    private static NetworkFault? Judge(Exception exception) =>
        exception switch
        {
            SocketException socket => Judge(socket.SocketErrorCode),
            AuthenticationException => Tls,
            HttpRequestException http => http.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => Dns,
                HttpRequestError.SecureConnectionError => Tls,
                HttpRequestError.ConnectionError => Unreachable,
                HttpRequestError.ResponseEnded => Lost,
                _ => null,
            },
            TimeoutException => Late,
            HttpIOException or EndOfStreamException => Lost,
            // Streams throw it bare; files throw what is derived from it.
            IOException { InnerException: null } when exception.GetType() == typeof(IOException) => Lost,
            _ => null,
        };

    private static NetworkFault Judge(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => Refused,
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => Dns,
            SocketError.TimedOut => Late,
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => Unreachable,
            _ => Lost,
        };
}
