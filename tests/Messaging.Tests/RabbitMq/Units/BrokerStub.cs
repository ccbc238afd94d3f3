using System.Collections.Concurrent;
using System.Reflection;
using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Connections;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq.Units;

/// <summary>A connection with one channel that does what a test says, for what no broker does on demand.</summary>
public class BrokerStub : DispatchProxy
{
    private readonly List<string> _calls = [];
    private bool _isOpen = true;

    /// <summary>Names of the channel's commands so far.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>What becomes of commands; all others succeed.</summary>
    public ConcurrentDictionary<string, Task> Answers { get; } = new(StringComparer.Ordinal);

    internal static (BrokerLink Link, BrokerStub Channel) Open()
    {
        var channel = (BrokerStub)(object)Create<IChannel, BrokerStub>();
        var connection = (BrokerStub)(object)Create<IConnection, BrokerStub>();
        connection.Answers[nameof(IConnection.CreateChannelAsync)] = Task.FromResult((IChannel)(object)channel);
        return (new BrokerLink((IConnection)(object)connection), channel);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var (name, type) = (targetMethod!.Name, targetMethod.ReturnType);
        if (targetMethod.IsSpecialName)
        {
            return name == "get_IsOpen" ? _isOpen : null;
        }

        lock (_calls)
        {
            _calls.Add(name);
        }

        _isOpen &= name != nameof(IChannel.CloseAsync);
        var answer = Answers.GetValueOrDefault(name, Task.CompletedTask);
        return type == typeof(ValueTask) ? new ValueTask(answer) : answer;
    }
}
