using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>
/// What a client says of its connections. It only hints: a broker that closes an idle connection looks the same as one that
/// is gone, so whoever meets a hint asks the cluster.
/// </summary>
internal sealed partial class ClientTrouble(ILogger logger)
{
    private volatile TaskCompletionSource<Error> _refusal = NewRefusal();
    private volatile bool _isSuspected;

    /// <summary>Whether the cluster may be out of reach.</summary>
    public bool IsSuspected => _isSuspected;

    /// <summary>Ends when a broker has refused the credentials or the TLS connection since something came from one.</summary>
    public Task<Error> Refusal => _refusal.Task;

    public void Note(Error error)
    {
        _isSuspected = true;
        LogTrouble(logger, error.Code);
        if (
            error.Code
            is ErrorCode.Local_Authentication
                or ErrorCode.SaslAuthenticationFailed
                or ErrorCode.UnsupportedSaslMechanism
                or ErrorCode.IllegalSaslState
                or ErrorCode.Local_Ssl
        )
        {
            _refusal.TrySetResult(error);
        }
    }

    public void Suspect() => _isSuspected = true;

    /// <summary>Something came from the cluster.</summary>
    public void Clear()
    {
        _isSuspected = false;
        if (_refusal.Task.IsCompleted)
        {
            _refusal = NewRefusal();
        }
    }

    /// <summary>The client's own log, which names hosts but no secrets.</summary>
    public void Log(LogMessage line) => LogClient(logger, line.Facility, line.Message);

    private static TaskCompletionSource<Error> NewRefusal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kafka client reports {Code}")]
    private static partial void LogTrouble(ILogger logger, ErrorCode code);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Line}")]
    private static partial void LogClient(ILogger logger, string facility, string line);
}
