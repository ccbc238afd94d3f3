using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Sync;

/// <summary>Schedules as a user sets them.</summary>
public sealed class ScheduleTests(HostProcess host) : IClassFixture<HostProcess>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_starts_runs_rests_goes_on_and_is_deleted()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-schedule"}""");
        var path = $"/v1/integrations/{id}/sync/schedules";
        var made = await rest.PostAsync(path, """{"name":"often","direction":"pull","interval":1}""");
        Assert.Equal(201, made.Status);
        Assert.NotNull(made.Data["nextRunAt"]);
        Assert.Null(made.Data["cron"]);
        var one = $"{path}/{made.Data["scheduleId"]!.GetValue<string>()}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await rest.CountSyncsAsync(id) < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }

        var paused = await rest.PostAsync($"{one}/pause", "{}");
        Assert.True(paused.Data["paused"]!.GetValue<bool>());
        Assert.Null(paused.Data["nextRunAt"]);
        Assert.NotNull((await rest.PostAsync($"{one}/resume", "{}")).Data["nextRunAt"]);
        Assert.Equal(200, (await rest.PostAsync($"{one}/trigger", "{}")).Status);
        Assert.Single((await rest.GetAsync(path)).Data["schedules"]!.AsArray());
        Assert.Equal(204, (await rest.DeleteAsync(one)).Status);
        Assert.Equal((404, "SCHEDULE_NOT_FOUND"), ((await rest.GetAsync(one)).Status, (await rest.GetAsync(one)).Code));
    }

    [Theory]
    [InlineData("""{"direction":"pull"}""", "cron")]
    [InlineData("""{"direction":"pull","cron":"* * * * *","interval":5}""", "cron")]
    [InlineData("""{"direction":"pull","cron":"every day"}""", "cron")]
    [InlineData("""{"direction":"pull","cron":"61 * * * *"}""", "cron")]
    [InlineData("""{"direction":"pull","cron":"0 0 30 2 *"}""", "cron")]
    [InlineData("""{"direction":"pull","cron":"0 0 * * 0","timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"direction":"pull","interval":0}""", "interval")]
    public async Task A_wrong_schedule_is_named(string body, string field)
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-wrong-schedule"}""");
        var answer = await rest.PostAsync($"/v1/integrations/{id}/sync/schedules", body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task The_presets_fire_on_sunday_midnight_and_every_quarter_of_an_hour()
    {
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"sync-presets"}""");
        var path = $"/v1/integrations/{id}/sync/schedules";
        var weekly = await rest.PostAsync(
            path,
            """{"direction":"pull","cron":"0 0 * * 0","options":{"fullSync":true}}"""
        );
        var sunday = weekly.Data["nextRunAt"]!.GetValue<DateTimeOffset>();
        Assert.Equal((DayOfWeek.Sunday, TimeSpan.Zero), (sunday.DayOfWeek, sunday.TimeOfDay));
        var quarter = await rest.PostAsync(path, """{"direction":"pull","cron":"*/15 * * * *"}""");
        Assert.Equal(0, quarter.Data["nextRunAt"]!.GetValue<DateTimeOffset>().Minute % 15);
    }

    [Fact]
    public async Task AutoSync_pulls_every_interval_until_it_is_turned_off()
    {
        using var rest = host.Client();
        var made = await rest.PostAsync(
            "/v1/integrations",
            """
            {"name":"auto","type":"database","provider":"sqlite","auth":{"type":"none"},"config":{"path":"auto.db"},
             "options":{"autoSync":true,"syncInterval":1}}
            """
        );
        var id = made.Data["id"]!.GetValue<string>();
        await rest.ExecuteAsync(id, "create table users (id integer primary key, name text)");
        await rest.ExecuteAsync(id, "insert into users values (1, 'one')");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (
            (await rest.GetAsync($"/v1/integrations/{id}/records?resource=users")).Data["records"]!.AsArray().Count == 0
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }

        var path = $"/v1/integrations/{id}/sync/schedules";
        var schedule = (await rest.GetAsync(path)).Data["schedules"]!.AsArray().Single()!;
        Assert.True(schedule["automatic"]!.GetValue<bool>());
        Assert.Equal(1, schedule["interval"]!.GetValue<int>());
        var deleted = await rest.DeleteAsync($"{path}/{schedule["scheduleId"]!.GetValue<string>()}");
        Assert.Equal((400, "scheduleId"), (deleted.Status, deleted.Field));
        while ((await rest.GetAsync($"/v1/integrations/{id}")).Data["stats"]!["lastSyncAt"] is null)
        {
            // The records are there before the run has ended.
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }

        var changed = await rest.SendAsync(
            HttpMethod.Patch,
            $"/v1/integrations/{id}",
            """{"options":{"syncInterval":7200}}"""
        );
        Assert.True(changed.Status == 200, changed.Body);
        Assert.Equal(7200, (await rest.GetAsync(path)).Data["schedules"]![0]!["interval"]!.GetValue<int>());
        await rest.SendAsync(HttpMethod.Patch, $"/v1/integrations/{id}", """{"options":{"autoSync":false}}""");
        Assert.Empty((await rest.GetAsync(path)).Data["schedules"]!.AsArray());
    }
}
