using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>Keeps what was logged.</summary>
internal class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _messages = new();

    public IReadOnlyCollection<string> Messages => _messages;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _messages.Enqueue(formatter(state, exception));
}

/// <inheritdoc/>
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
