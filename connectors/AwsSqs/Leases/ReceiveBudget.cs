using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.AwsSqs.Leases;

/// <summary>
/// How much more one receive may take. The service counts messages only, and what it gives too many counts as delivered
/// although nobody saw it; so the next number to ask for is guessed from the size of the queue's messages.
/// </summary>
internal sealed class ReceiveBudget(ReceiveRequest request)
{
    private int _messages;
    private long _bytes;
    private bool _isSpent;

    /// <summary>How many messages to ask for now; 0 for no more.</summary>
    /// <param name="typicalSize">Bytes of the queue's messages lately; 0 when unknown.</param>
    public int Next(int typicalSize)
    {
        if (_isSpent)
        {
            return 0;
        }

        var count = Math.Min(SqsLimits.BatchSize, request.MaxMessages - _messages);
        if (typicalSize == 0)
        {
            return count;
        }

        var fitting = (request.MaxBytes - _bytes) / typicalSize;
        return (int)Math.Min(count, _messages == 0 ? Math.Max(fitting, 1) : fitting);
    }

    /// <summary>Whether a message still fits; once one does not, none behind it does, so that their order stays.</summary>
    public bool Takes(int size)
    {
        _isSpent |= _messages > 0 && _bytes + size > request.MaxBytes;
        if (_isSpent)
        {
            return false;
        }

        _messages++;
        _bytes += size;
        return true;
    }
}
