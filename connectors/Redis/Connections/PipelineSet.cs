using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Redis.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Connections;

/// <summary>
/// The connections that all short commands share. The first one takes all as long as it keeps up, since many commands on one
/// connection need fewer writes; the next is opened when it does not. A broken one is replaced by the next use. Thread-safe.
/// </summary>
internal sealed partial class PipelineSet(RespDialer dialer, RedisOptions options, ConnectorContext context)
    : IAsyncDisposable
{
    /// <summary>How long a further connection is not tried again after one could not be opened.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RespPipeline?[] _pipelines = new RespPipeline?[options.Pipelines];
    private readonly Task<RespPipeline>?[] _dialing = new Task<RespPipeline>?[options.Pipelines];
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private int _epoch;
    private long? _failedAt;
    private bool _isDisposed;

    /// <summary>Changes whenever a connection was lost: the server may be another one afterwards.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    public int Open => _pipelines.Count(pipeline => pipeline is { IsClosing: false });

    public int InUse => _pipelines.Count(pipeline => pipeline is { IsClosing: false, Pending: > 0 });

    /// <summary>Sends one command on a connection that keeps up.</summary>
    /// <inheritdoc cref="RespPipeline.SendAsync"/>
    public ValueTask<RespValue> SendAsync(RequestBuffer request, bool isSummary, CancellationToken cancellationToken) =>
        Volatile.Read(ref _pipelines[0]) is { IsClosing: false, IsCongested: false } first
            ? first.SendAsync(request, isSummary, cancellationToken)
            : SendElsewhereAsync(request, isSummary, cancellationToken);

    /// <summary>A server that has become a replica is left, so that the next use asks the name server again.</summary>
    public void Leave()
    {
        foreach (var pipeline in _pipelines)
        {
            pipeline?.Retire();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Task<RespPipeline>> dialing;
        lock (_gate)
        {
            _isDisposed = true;
            dialing = [.. _dialing.OfType<Task<RespPipeline>>()];
        }

        await _closing.CancelAsync();
        foreach (var task in dialing)
        {
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var pipeline in _pipelines.OfType<RespPipeline>())
        {
            await pipeline.DisposeAsync();
        }

        _closing.Dispose();
    }

    private async ValueTask<RespValue> SendElsewhereAsync(
        RequestBuffer request,
        bool isSummary,
        CancellationToken cancellationToken
    )
    {
        RespPipeline pipeline;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            pipeline = await ChooseAsync(cancellationToken);
        }
        catch
        {
            request.Dispose();
            throw;
        }

        return await pipeline.SendAsync(request, isSummary, cancellationToken);
    }

    private async ValueTask<RespPipeline> ChooseAsync(CancellationToken cancellationToken)
    {
        Task<RespPipeline> dialing;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var best = default(RespPipeline);
            var missing = -1;
            for (var index = 0; index < _pipelines.Length && best is not { IsCongested: false }; index++)
            {
                if (_pipelines[index] is not { IsClosing: false } pipeline)
                {
                    missing = missing < 0 ? index : missing;
                }
                else
                {
                    best = best is null || pipeline.Pending < best.Pending ? pipeline : best;
                }
            }

            if (best is not null)
            {
                if (missing >= 0 && !IsPausing)
                {
                    // Nobody waits for it: whatever hinders it must not harm those whom this one can serve.
                    _ = ObserveAsync(DialOnceAsync(missing));
                }

                return best;
            }

            dialing = DialOnceAsync(missing);
        }

        return await dialing.WaitAsync(cancellationToken);
    }

    private bool IsPausing => _failedAt is { } failedAt && context.Time.GetElapsedTime(failedAt) < Pause;

    private static async Task ObserveAsync(Task dialing) =>
        await dialing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task<RespPipeline> DialOnceAsync(int index)
    {
        if (_dialing[index] is { } under)
        {
            return under;
        }

        if (_pipelines[index] is not null)
        {
            Volatile.Write(ref _epoch, _epoch + 1);
        }

        // Not with the caller's token: others wait for the same connection.
        var dialing = Task.Run(() => DialAsync(index), CancellationToken.None);
        _dialing[index] = dialing;
        return dialing;
    }

    private async Task<RespPipeline> DialAsync(int index)
    {
        try
        {
            var channel = await dialer.ConnectAsync(_closing.Token);
            var pipeline = new RespPipeline(channel, options.SilenceLimit, context.Time, Translate);
            lock (_gate)
            {
                Volatile.Write(ref _pipelines[index], pipeline);
            }

            return pipeline;
        }
        catch
        {
            lock (_gate)
            {
                _failedAt = context.Time.GetTimestamp();
            }

            throw;
        }
        finally
        {
            lock (_gate)
            {
                _dialing[index] = null;
            }
        }
    }

    private Exception Translate(Exception cause)
    {
        var error = RedisErrors.Connection(cause);
        if (error is ConnectorException connector && cause is not ObjectDisposedException)
        {
            LogLost(context.Logger, connector.Code);
        }

        return error;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A command had no answer, its connection broke: {Code}")]
    private static partial void LogLost(ILogger logger, string code);
}
