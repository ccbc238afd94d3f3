using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Yyc3.Connectors.Benchmarks.Core;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Benchmarks.Messaging;

/// <summary>Confirmed sends to a quorum queue, against the raw client in this process and the broker's own HTTP interface.</summary>
internal static class RabbitMqBenchmarks
{
    private const string Topic = "bench";
    private const int Callers = 64;
    private const int BatchSize = 2000;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("messaging.rabbitmq"))
        {
            return;
        }

        using var place = new Workplace();
        await using var server = await RabbitMqServer.StartAsync();
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), null, cancellationToken);
        var integration = await host.CreateAsync(
            "messaging",
            "rabbitmq",
            new { host = "127.0.0.1", port = server.Port },
            new
            {
                type = "basic",
                credentials = new { username = RabbitMqServer.User, password = RabbitMqServer.Password },
            },
            cancellationToken
        );
        using var client = new GrpcClient(host.Grpc, RuntimeHost.Key);
        await SendFrames.SendManyAsync(client, SendFrames.Many(integration, Topic, 1), cancellationToken);
        var factory = new ConnectionFactory
        {
            HostName = "127.0.0.1",
            Port = server.Port,
            UserName = RabbitMqServer.User,
            Password = RabbitMqServer.Password,
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(
                publisherConfirmationsEnabled: true,
                publisherConfirmationTrackingEnabled: true,
                // The default limiter waits longer and longer before it is full.
                outstandingPublisherConfirmationsRateLimiter: null
            ),
            cancellationToken
        );
        var body = place.Write("send", SendFrames.One(integration, Topic));
        var send = SendFrames.Load(host.Grpc, body, Callers, 1);
        foreach (var (name, load) in new[] { ("c64", send), ("1x64", SendFrames.Load(host.Grpc, body, 1, Callers)) })
        {
            await board.CompareAsync(
                $"messaging.rabbitmq.send.{name}",
                Unit.PerSecond,
                async token =>
                {
                    await server.ControlAsync("purge_queue", Topic);
                    return await load.RunAsync(token);
                },
                async token =>
                {
                    await server.ControlAsync("purge_queue", Topic);
                    return await Rate.OfAsync(Callers, () => PublishAsync(channel, token));
                },
                cancellationToken
            );
        }

        var frames = SendFrames.Many(integration, Topic, BatchSize);
        await board.CompareAsync(
            "messaging.rabbitmq.batch",
            Unit.PerSecond,
            async token =>
            {
                await server.ControlAsync("purge_queue", Topic);
                return await Rate.OfAsync(1, () => SendFrames.SendManyAsync(client, frames, token));
            },
            async token =>
            {
                await server.ControlAsync("purge_queue", Topic);
                return await Rate.OfAsync(1, () => PublishManyAsync(channel, token));
            },
            cancellationToken
        );
        await board.CompareAsync(
            "messaging.rabbitmq.management.c64",
            Unit.PerSecond,
            send.RunAsync,
            Management(server, place).RunAsync,
            cancellationToken,
            rounds: 5
        );
    }

    private static H2Load Management(RabbitMqServer server, Workplace place)
    {
        var payload = Encoding.ASCII.GetString(SendFrames.Body);
        var body = new JsonObject
        {
            ["routing_key"] = Topic,
            ["payload"] = payload,
            ["payload_encoding"] = "string",
            ["properties"] = new JsonObject { ["delivery_mode"] = 2 },
        }.ToJsonString();
        var account = Convert.ToBase64String(
            Encoding.UTF8.GetBytes($"{RabbitMqServer.User}:{RabbitMqServer.Password}")
        );
        return new H2Load(
            new Uri($"http://127.0.0.1:{server.ManagementPort}/api/exchanges/%2f/amq.default/publish"),
            place.Write("publish", Encoding.UTF8.GetBytes(body)),
            Callers,
            1
        )
        {
            Headers = ["content-type: application/json", $"authorization: Basic {account}"],
            IsHttp1 = true,
        };
    }

    private static async Task<int> PublishAsync(IChannel channel, CancellationToken cancellationToken)
    {
        await channel.BasicPublishAsync(
            exchange: "",
            routingKey: Topic,
            mandatory: true,
            new BasicProperties { Persistent = true },
            SendFrames.Body,
            cancellationToken
        );
        return 1;
    }

    private static async Task<int> PublishManyAsync(IChannel channel, CancellationToken cancellationToken)
    {
        var sends = new Task<int>[BatchSize];
        for (var i = 0; i < BatchSize; i++)
        {
            sends[i] = PublishAsync(channel, cancellationToken);
        }

        return (await Task.WhenAll(sends)).Sum();
    }
}
