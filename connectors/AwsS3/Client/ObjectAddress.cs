using Amazon;
using Yyc3.Connectors.AwsS3.Settings;

namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>Addresses of objects at the store, for people; without a signature they open public objects only.</summary>
internal sealed class ObjectAddress(AwsS3Options options)
{
    private readonly string _base = Base(options);

    /// <summary>The address of one object.</summary>
    /// <param name="stored">Its key in the bucket.</param>
    public Uri Of(string stored) => new(_base + string.Join('/', stored.Split('/').Select(Uri.EscapeDataString)));

    private static string Base(AwsS3Options options)
    {
        var store =
            options.Endpoint
            ?? new Uri(
                $"https://s3.{options.Region}.{RegionEndpoint.GetBySystemName(options.Region).PartitionDnsSuffix}"
            );
        return options.ForcePathStyle
            ? $"{store.Scheme}://{store.Authority}/{options.Bucket}/"
            : $"{store.Scheme}://{options.Bucket}.{store.Authority}/";
    }
}
