using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Schedules;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>Quartz, which fires the schedules of syncs.</summary>
internal static class ScheduleServices
{
    /// <summary>With a shared store a fire happens on one node of all, and on another when that dies.</summary>
    public static IServiceCollection AddSchedules(
        this IServiceCollection services,
        RuntimeSettings settings,
        TimeProvider time
    )
    {
        var clock = new ScheduleClock(time);
        return services
            .AddSingleton(clock)
            .AddSingleton<ScheduleStore>()
            .AddSingleton<AutomaticSchedules>()
            .AddSingleton(provider => provider.GetRequiredService<AutomaticSchedules>().Follower)
            .AddSingleton<ScheduleFires>()
            .AddSingleton<SyncScheduler>()
            .AddSingleton<ClockWatch>()
            .AddQuartz(
                SyncScheduler.Name,
                quartz =>
                {
                    // Only a scheduler with a name has a clock of its own.
                    quartz.UseTimeProvider(clock);
                    quartz.ConfigureScheduler(scheduler =>
                    {
                        scheduler.InstanceId = Guid.NewGuid().ToString("N");
                        scheduler.IdleWaitTime = TimeSpan.FromSeconds(5);
                    });
                    quartz.UsePersistentStore(store =>
                    {
                        store.ProvisionSchema();
                        store.UseSystemTextJsonSerializer();
                        store.ConfigureStore(options =>
                        {
                            options.MisfireThreshold = TimeSpan.FromSeconds(10);
                            options.DbRetryInterval = TimeSpan.FromSeconds(1);
                        });
                        if (settings.Store is { } connectionString)
                        {
                            store.UsePostgres(PostgreSqlDialect.WithDefaults(connectionString, settings.Lease));
                            store.UseClustering(cluster =>
                            {
                                // A dead node's fires are taken over after both together: in half a lease.
                                cluster.CheckinInterval = settings.Lease / 5;
                                cluster.CheckinMisfireThreshold = settings.Lease * 0.3;
                            });
                        }
                        else
                        {
                            var file = Path.Combine(settings.DataDirectory, ".runtime", "schedules.db");
                            store.UseSqlite($"Data Source={file}");
                        }
                    });
                }
            );
    }
}
