using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Sidecar;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Gives back what the caller sent, from wherever in it.</summary>
internal sealed class ContentReader(EncryptionKeys keys)
{
    /// <summary>Opens a file's content. The content owns the handle; it is closed when this throws.</summary>
    public ObjectContent Open(SafeFileHandle file, ObjectRecord record, ByteRange? range)
    {
        try
        {
            var (first, length) = range?.Resolve(record.Size) ?? (0, record.Size);
            return new ObjectContent(record.ToInfo(), Open(file, record, first, length), first, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private ObjectStream Open(SafeFileHandle file, ObjectRecord record, long first, long length)
    {
        if (record.Form == StoredForm.Plain)
        {
            if (OperatingSystem.IsLinux())
            {
                Linux.ReadAhead(file);
            }

            return new ObjectStream(new FileSlice(file, first, length), 0, length);
        }

        if (record.Form == StoredForm.Damaged || PackedHeader.Read(file) is not { } header)
        {
            throw LocalFsErrors.Damaged();
        }

        var start = header.Bytes.Length;
        if (!header.IsCompressed)
        {
            return new ObjectStream(new OpeningStream(file, header.Cipher(keys), start, first), 0, length);
        }

        Stream packed = header.IsEncrypted
            ? new OpeningStream(file, header.Cipher(keys), start, 0)
            : new FileSlice(file, start, record.Status.Size - start);
        return new ObjectStream(new GZipStream(packed, CompressionMode.Decompress), first, length);
    }
}
