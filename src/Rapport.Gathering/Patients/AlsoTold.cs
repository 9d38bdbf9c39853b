using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>What a Patient that is put together of several sources says of where it is from. Stateless.</summary>
public static class AlsoTold
{
    /// <summary>The versions of the same Patient that it repeats parts of, the newest first; none for what one source said alone.</summary>
    public static IReadOnlyList<int> VersionsIn(Resource resource) =>
        resource.TypeName == "Patient"
            ? [.. JoinedPatient.MarksIn(JoinedPatient.Parse(resource.Json)).Select(JoinedPatient.VersionIn)]
            : [];
}
