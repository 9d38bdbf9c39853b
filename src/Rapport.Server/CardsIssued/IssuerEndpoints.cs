using System.Buffers.Text;
using System.Text.Json.Serialization;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.CardsIssued;

/// <summary>
/// Where everybody finds what SMART Health Cards of this server are checked with: the keys, and the numbers of those that were taken back. Nothing in it is about anybody, and programs of any site may read it.
/// </summary>
internal static class IssuerEndpoints
{
    private const string WellKnown = "/.well-known";

    public static void MapIssuer(this IEndpointRouteBuilder app)
    {
        var issuer = app.MapGroup(WellKnown).AllowAnonymous().WithTags("Checking health cards");
        issuer.MapGet("/jwks.json", ListKeysAsync).WithSummary("The keys that SMART Health Cards of this server are checked with").Produces<IssuerKeys>();
        issuer.MapGet("/crl/{kid}.json", ListRevokedAsync).WithSummary("The SMART Health Cards that were taken back, of those signed with a key").Produces<RevokedCards>();
    }

    private static async Task ListKeysAsync(HttpContext http, CardKeys keys)
    {
        List<IssuerKey> listed = [];
        foreach (var key in await keys.ListAsync(http.RequestAborted))
        {
            listed.Add(new IssuerKey(
                "EC", key.Kid, "sig", "ES256", "P-256", Base64Url.EncodeToString(key.Point.X), Base64Url.EncodeToString(key.Point.Y), VersionOf(await keys.RevokedAsync(key.Kid, http.RequestAborted))));
        }

        await WriteAsync(http, new IssuerKeys(listed), IssuerJson.Default.IssuerKeys);
    }

    private static async Task ListRevokedAsync(HttpContext http, string kid, CardKeys keys)
    {
        if (!(await keys.ListAsync(http.RequestAborted)).Any(key => key.Kid == kid))
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var revoked = await keys.RevokedAsync(kid, http.RequestAborted);
        await WriteAsync(http, new RevokedCards(kid, "rid", VersionOf(revoked), revoked), IssuerJson.Default.RevokedCards);
    }

    /// <summary>How often the list has changed, and 1: numbers are only ever added, one at a time or of one record together.</summary>
    private static int VersionOf(IReadOnlyList<string> revoked) => revoked.Count + 1;

    private static Task WriteAsync<T>(HttpContext http, T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.CacheControl = "no-cache";
        return http.Response.WriteAsJsonAsync(answer, type, cancellationToken: http.RequestAborted);
    }
}

internal sealed record IssuerKeys(IReadOnlyList<IssuerKey> Keys);

internal sealed record IssuerKey(string Kty, string Kid, string Use, string Alg, string Crv, string X, string Y, int CrlVersion);

internal sealed record RevokedCards(string Kid, string Method, int Ctr, IReadOnlyList<string> Rids);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IssuerKeys))]
[JsonSerializable(typeof(RevokedCards))]
internal sealed partial class IssuerJson : JsonSerializerContext;
