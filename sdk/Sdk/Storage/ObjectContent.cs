namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>An object opened for reading. The reader disposes it.</summary>
/// <param name="info">The object's description; its size is the whole object's.</param>
/// <param name="content">The bytes asked for; read forward only.</param>
/// <param name="first">Position of the first byte of the content within the object.</param>
/// <param name="length">Number of bytes in the content.</param>
public sealed class ObjectContent(ObjectInfo info, Stream content, long first, long length) : IAsyncDisposable
{
    /// <summary>The object's description; its size is the whole object's.</summary>
    public ObjectInfo Info { get; } = info;

    /// <summary>The bytes asked for; read forward only. Reading may throw <see cref="ConnectorException"/>.</summary>
    public Stream Content { get; } = content;

    /// <summary>Position of the first byte of the content within the object.</summary>
    public long First { get; } = first;

    /// <summary>Number of bytes in the content.</summary>
    public long Length { get; } = length;

    /// <summary>Closes the content.</summary>
    /// <returns>A task that completes when it is closed.</returns>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
