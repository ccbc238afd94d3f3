using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>Rescans the plugin folders when something appears in them, and every few seconds in case no event came.</summary>
internal sealed partial class PluginWatcher(
    PluginRegistry registry,
    PluginOptions options,
    TimeProvider time,
    ILogger<PluginWatcher> logger
) : BackgroundService
{
    /// <summary>An upper bound for systems that do not tell of changes (network shares, exhausted watches).</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>A copy raises many events; one scan serves those that come close together.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50);

    private readonly Channel<bool> _events = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watchers = options.Directories.Select(Watch).OfType<FileSystemWatcher>().ToList();
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            var change = _events.Reader.WaitToReadAsync(stoppingToken).AsTask();
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await Task.WhenAny(change, tick) == tick)
                {
                    await tick;
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                }
                else
                {
                    await Task.Delay(Settle, time, stoppingToken);
                    _events.Reader.TryRead(out _);
                    change = _events.Reader.WaitToReadAsync(stoppingToken).AsTask();
                }

                Scan();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        finally
        {
            watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    private void Scan()
    {
        try
        {
            registry.Scan();
        }
        catch (Exception fault)
        {
            LogScanFailed(logger, fault);
        }
    }

    private FileSystemWatcher? Watch(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var watcher = new FileSystemWatcher(directory)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName | NotifyFilters.LastWrite,
            };
            watcher.Created += (_, _) => _events.Writer.TryWrite(true);
            watcher.Renamed += (_, _) => _events.Writer.TryWrite(true);
            watcher.Deleted += (_, _) => _events.Writer.TryWrite(true);
            watcher.Changed += (_, _) => _events.Writer.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotWatched(logger, fault, directory);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Scanning the plugin folders failed.")]
    private static partial void LogScanFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Directory} cannot be watched; it is looked at every few seconds.")]
    private static partial void LogNotWatched(ILogger logger, Exception exception, string directory);
}
