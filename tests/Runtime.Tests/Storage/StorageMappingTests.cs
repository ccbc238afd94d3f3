using Yyc3.Connectors.Runtime.Storage;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Runtime.Tests.Storage;

public sealed class StorageMappingTests
{
    [Fact]
    public void Address_of_an_uploaded_object_stays_escaped()
    {
        const string Address = "https://store.example/b/a%20b%C3%A9";
        var uploaded = StorageMapping.ToUploaded(
            "int-1",
            new ObjectInfo
            {
                Key = "a bé",
                Size = 1,
                ContentType = "text/plain",
                ETag = "e",
                LastModified = DateTimeOffset.UnixEpoch,
                Url = new Uri(Address),
            }
        );
        Assert.Equal(Address, uploaded.Url);
    }
}
