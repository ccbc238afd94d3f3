using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Yyc3.Connectors.LocalQueue.Store;
using Yyc3.Connectors.QueueSender;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.LocalQueue;

public sealed class LocalQueueDurabilityTests : LocalQueueFixture
{
    [Fact]
    public async Task Every_send_confirmed_before_a_kill_is_there_after_it()
    {
        var confirmed = Path.Combine(Harness.DataDirectory, "confirmed.txt");
        for (var round = 1; round <= 3; round++)
        {
            await KillSenderAsync(confirmed, lines: round * 500);
        }

        // The kill may have cut the last line short.
        var lines = (await System.IO.File.ReadAllTextAsync(confirmed, Token)).Split('\n')[..^1];
        var queue = Open();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        while (await ReceiveAsync(queue) is { Count: > 0 } messages)
        {
            Assert.All(messages, message => Assert.True(kept.Add($"{message.MessageId} {Read(message)}")));
        }

        Assert.True(lines.Length >= 1500);
        Assert.Subset(kept, lines.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Confirmed_message_is_in_the_file_already()
    {
        var queue = Open();
        await SendAsync(queue, "0");
        await using var reader = new SqliteConnection($"Data Source={File};Pooling=False");
        await reader.OpenAsync(Token);
        await using var count = new SqliteCommand("select count(*) from message", reader);
        for (var sent = 2; sent <= 50; sent++)
        {
            await SendAsync(queue, $"{sent}");
            Assert.Equal((long)sent, await count.ExecuteScalarAsync(Token));
        }
    }

    [Fact]
    public async Task Closing_writes_what_was_accepted()
    {
        var queue = Open();
        var sending = Enumerable.Range(0, 500).Select(number => SendAsync(queue, $"{number}")).ToList();
        await queue.DisposeAsync();
        await Task.WhenAll(sending);
        Assert.Equal(500, (await ReceiveAsync(Open())).Count);

        var closed = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(queue, "late"));
        Assert.Equal("QUEUE_CLOSED", closed.Code);
    }

    [Fact]
    public async Task Full_disk_is_told_and_leaves_nothing_half_done()
    {
        var small = Open(new QueueRules { MaxPages = 100 });
        var body = new string('x', 20_000);
        var sent = 0;
        ConnectorException? full = null;
        while (full is null)
        {
            try
            {
                await SendAsync(small, $"{sent}{body}");
                sent++;
            }
            catch (ConnectorException fault)
            {
                full = fault;
            }
        }

        Assert.Equal((ErrorKind.QuotaExceeded, "STORAGE_FULL"), (full.Kind, full.Code));
        await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(small, "a", body + body, "c"));

        var roomy = Open();
        var next = Assert.Single(await SendAsync(roomy, "after"));
        Assert.Equal(sent, next.Offset);
        Assert.Equal(sent + 1, (await ReceiveAsync(roomy)).Count);
    }

    [Fact]
    public async Task Full_disk_fails_all_callers_of_a_transaction_and_none_hangs()
    {
        var small = Open(new QueueRules { MaxPages = 100 });
        var body = new string('x', 20_000);
        var sending = Enumerable.Range(0, 100).Select(_ => SendAsync(small, body)).ToList();
        await Task.WhenAll(sending.Select(send => (Task)send))
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var confirmed = sending.Count(send => send.IsCompletedSuccessfully);
        Assert.InRange(confirmed, 0, 99);
        Assert.Equal(confirmed, (await ReceiveAsync(Open())).Count);
    }

    [Fact]
    public async Task Damaged_file_is_reported_by_the_check()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, new string('?', 10_000), Token);
        var report = await Open().CheckAsync(Token);
        Assert.Equal(("STORAGE_CORRUPT", false), (report.Code, report.Retryable));
    }

    [Fact]
    public async Task File_of_a_newer_version_is_left_alone()
    {
        await SendAsync(Open(), "old");
        await using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await using var command = new SqliteCommand("pragma user_version = 2", connection);
            await command.ExecuteNonQueryAsync(Token);
        }

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => SendAsync(Open(), "new"));
        Assert.Equal("STORAGE_TOO_NEW", fault.Code);
    }

    private async Task KillSenderAsync(string confirmed, int lines)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { typeof(NoKeys).Assembly.Location, Harness.DataDirectory, confirmed },
        };
        using var sender = Process.Start(start)!;
        try
        {
            while (!sender.HasExited && CountLines(confirmed) < lines)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            }

            Assert.False(sender.HasExited);
        }
        finally
        {
            sender.Kill();
            await sender.WaitForExitAsync(Token);
        }
    }

    private static int CountLines(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return 0;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Count(character => character == '\n');
    }
}
