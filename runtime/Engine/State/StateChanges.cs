using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// What other nodes change, told to those on this node who keep a copy. Handlers are set before the host starts; when one throws,
/// all of them compare everything again a little later.
/// </summary>
internal sealed partial class StateChanges(StateDialect dialect, TimeProvider time, ILogger<StateChanges> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly List<(Func<Task> Missed, Func<StateTopic, string, Task> Heard)> _handlers = [];

    /// <summary>Adds someone who keeps copies.</summary>
    /// <param name="missed">Compares all copies: changes may not have been told, since the connection was lost or is new.</param>
    /// <param name="heard">Compares the copy of one.</param>
    public void Add(Func<Task> missed, Func<StateTopic, string, Task> heard) => _handlers.Add((missed, heard));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isConnected = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await dialect.ListenAsync(
                    async () =>
                    {
                        isConnected = true;
                        foreach (var (missed, _) in _handlers)
                        {
                            await missed();
                        }
                    },
                    async (topic, id) =>
                    {
                        foreach (var (_, heard) in _handlers)
                        {
                            await heard(topic, id);
                        }
                    },
                    stoppingToken
                );
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is DbException or TimeoutException or IOException)
            {
                if (isConnected)
                {
                    LogLost(logger, fault);
                }

                isConnected = false;
            }
            catch (Exception fault)
            {
                LogUnexpected(logger, fault);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Changes by other nodes are not heard until the store is back; integrations stay as this node knows them."
    )]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "A change by another node could not be taken over; all are compared again.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception);
}
