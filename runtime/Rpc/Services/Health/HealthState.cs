using System.Collections.Concurrent;
using System.Threading.Channels;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Yyc3.Connectors.Rpc.Services.Health;

/// <summary>What grpc.health.v1 reports. The empty name stands for the whole server and serves from the start.</summary>
public sealed class HealthState
{
    private readonly ConcurrentDictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal)
    {
        [""] = ServingStatus.Serving,
    };

    private readonly ConcurrentDictionary<ChannelWriter<bool>, bool> _watchers = [];

    public IReadOnlyDictionary<string, ServingStatus> All => _statuses;

    public void Set(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        _statuses[service] = status;
        WakeWatchers();
    }

    public ServingStatus? Find(string service) => _statuses.TryGetValue(service, out var status) ? status : null;

    /// <summary>Before a shutdown: nothing is served any more.</summary>
    public void StopServing()
    {
        foreach (var service in _statuses.Keys)
        {
            _statuses[service] = ServingStatus.NotServing;
        }
        WakeWatchers();
    }

    /// <summary>Wakes this watcher after every change; what the status is now, it looks up itself.</summary>
    internal void Watch(ChannelWriter<bool> watcher) => _watchers.TryAdd(watcher, true);

    internal void Unwatch(ChannelWriter<bool> watcher) => _watchers.TryRemove(watcher, out _);

    private void WakeWatchers()
    {
        foreach (var watcher in _watchers.Keys)
        {
            watcher.TryWrite(true);
        }
    }
}
