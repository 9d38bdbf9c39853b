using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>What a Patient that is put together of several sources says of where it is from. Stateless.</summary>
public static class AlsoTold
{
    /// <summary>The versions of the same Patient that it repeats parts of, the newest first; none for what one source said alone.</summary>
    public static IReadOnlyList<int> VersionsIn(Resource resource)
    {
        if (resource.TypeName != "Patient")
        {
            return [];
        }

        var root = JoinedPatient.Parse(resource.Json);
        var version = root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("versionId", out var id)
            && int.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return [.. JoinMark.In(root, version).Select(mark => mark.Version)];
    }
}
