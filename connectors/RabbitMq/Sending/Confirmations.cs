using Yyc3.Connectors.RabbitMq.Faults;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Sending;

/// <summary>
/// Which message of which batch the broker has not answered for yet, by the number it has on its channel. Thread-safe.
/// </summary>
internal sealed class Confirmations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, (PublishBatch Batch, string MessageId)> _open = [];
    private ulong _lowest = 1;
    private ulong _next = 1;
    private ConnectorException? _end;

    /// <summary>Whether the channel is closed.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _end is not null;
            }
        }
    }

    /// <summary>Numbers a message; in the order in which they are published.</summary>
    /// <exception cref="ConnectorException">The channel is closed.</exception>
    public void Add(PublishBatch batch, string messageId)
    {
        lock (_gate)
        {
            if (_end is { } end)
            {
                throw end;
            }

            _open.Add(_next++, (batch, messageId));
        }
    }

    /// <summary>The broker has answered for one message, or for all up to it.</summary>
    public void Answer(ulong number, bool upTo, ConnectorException? fault)
    {
        lock (_gate)
        {
            if (!upTo)
            {
                AnswerOne(number, fault);
                return;
            }

            // Zero stands for all.
            var last = number == 0 ? _next - 1 : Math.Min(number, _next - 1);
            for (; _lowest <= last; _lowest++)
            {
                AnswerOne(_lowest, fault);
            }
        }
    }

    /// <summary>A message had nowhere to go; the broker's confirmation of it follows.</summary>
    public void Return(string? messageId, ConnectorException fault)
    {
        lock (_gate)
        {
            foreach (var (batch, id) in _open.Values)
            {
                if (string.Equals(id, messageId, StringComparison.Ordinal))
                {
                    batch.Refuse(fault);
                    return;
                }
            }
        }
    }

    /// <summary>The channel is closed: nothing is answered any more.</summary>
    /// <param name="reason">What the broker refused; null when the connection is lost.</param>
    public void End(ConnectorException? reason)
    {
        lock (_gate)
        {
            var batches = _open.Values.Select(entry => entry.Batch).Distinct().ToList();
            // The broker does not say which message it refused: only one that was alone can be told.
            _end = batches.Count == 1 && reason is not null ? reason : RabbitMqErrors.Lost();
            batches.ForEach(batch => batch.Abandon(_end));
            _open.Clear();
            _end = RabbitMqErrors.Lost();
        }
    }

    private void AnswerOne(ulong number, ConnectorException? fault)
    {
        if (!_open.Remove(number, out var entry))
        {
            return;
        }

        if (fault is not null)
        {
            entry.Batch.Refuse(fault);
        }

        entry.Batch.Answer();
    }
}
