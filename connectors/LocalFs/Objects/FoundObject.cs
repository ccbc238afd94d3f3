using Microsoft.Win32.SafeHandles;
using Yyc3.Connectors.LocalFs.Sidecar;

namespace Yyc3.Connectors.LocalFs.Objects;

/// <summary>An open file and the record that describes exactly it. Whoever takes the file closes it.</summary>
internal sealed record FoundObject(SafeFileHandle File, ObjectRecord Record) : IDisposable
{
    public void Dispose() => File.Dispose();
}
