using Grpc.Core;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>
/// A stay inside one open connector. While it lasts the connector is not closed, whatever changes meanwhile; calls made
/// through it go by the integration's policy and are counted.
/// </summary>
internal sealed partial class ConnectorSession<TCapability>(
    ConnectorCalls calls,
    Integration integration,
    OpenConnector open,
    TCapability capability,
    CallPolicy policy,
    CallStatistics statistics
) : IDisposable
    where TCapability : class
{
    private bool _hasLeft;

    public Integration Integration { get; } = integration;

    public TCapability Capability { get; } = capability;

    public PluginVersion Plugin => open.Plugin;

    /// <summary>Cancelled when the connector is to be closed: what would stay inside for ever must leave then.</summary>
    public CancellationToken Retirement => open.Retirement;

    public CallStatistics Statistics { get; } = statistics;

    /// <summary>Makes one call.</summary>
    /// <param name="operation">Its name in metrics.</param>
    /// <param name="mayRepeat">Whether it may be tried again after a passing failure.</param>
    /// <param name="attemptTime">Time for one attempt when it is not the integration's; infinite for streams.</param>
    /// <param name="state">Handed to the call, so that it need not capture.</param>
    /// <param name="call">The call; use its token only.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<TResult> RunAsync<TState, TResult>(
        string operation,
        bool mayRepeat,
        TimeSpan? attemptTime,
        TState state,
        Func<TCapability, TState, CancellationToken, ValueTask<TResult>> call,
        CancellationToken cancellationToken
    )
    {
        var begun = calls.Time.GetTimestamp();
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallPolicy.MayRepeat, mayRepeat);
        if (attemptTime is { } attempt)
        {
            context.Properties.Set(CallPolicy.AttemptTime, attempt);
        }

        try
        {
            var result = await policy.Pipeline.ExecuteAsync(
                static (context, all) => all.call(all.Capability, all.state, context.CancellationToken),
                context,
                (call, Capability, state)
            );
            Record(operation, begun, isSuccess: true);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller went away: nobody's failure.
            throw;
        }
        catch (Exception exception)
        {
            Record(operation, begun, isSuccess: false);
            // Nobody cancelled: a time limit inside the connector, which the caller must not take for its own.
            var fault =
                exception is OperationCanceledException
                    ? new FaultException(Fault.AttemptTimeout, exception) { Retryable = true }
                    : Translate(exception);
            if (fault is not null)
            {
                throw fault;
            }

            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>What a connector threw while a stream it had opened was read.</summary>
    public Exception? Translate(Exception exception)
    {
        switch (exception)
        {
            case ConnectorException or FaultException or RpcException or OperationCanceledException:
                return null;
            case TimeoutRejectedException:
                return new FaultException(Fault.AttemptTimeout, exception) { Retryable = true };
            case BrokenCircuitException broken:
                return new FaultException(Fault.CircuitOpen, exception)
                {
                    Retryable = true,
                    RetryAfter = broken.RetryAfter,
                };
            default:
                LogUnexpected(calls.Logger, exception, Integration.Provider, Integration.Id);
                return new FaultException(Fault.ConnectorFailed, exception);
        }
    }

    public void Dispose()
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            open.Exit();
        }
    }

    private void Record(string operation, long begun, bool isSuccess)
    {
        var duration = calls.Time.GetElapsedTime(begun);
        Statistics.Record(isSuccess, duration);
        calls.Metrics.Called(Integration.Provider, operation, isSuccess, duration);
    }

    [LoggerMessage(1, LogLevel.Error, "The connector {Provider} of {Integration} threw what it should not.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string provider, string integration);
}
