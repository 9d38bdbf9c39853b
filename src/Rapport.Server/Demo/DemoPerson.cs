namespace Rapport.Server.Demo;

/// <summary>One of the invented people.</summary>
/// <param name="SignInName">What to type.</param>
/// <param name="DisplayName">How others see them.</param>
/// <param name="HasRecord">Whether they keep a record here.</param>
/// <param name="Role">What a professional does; null for who is none.</param>
/// <param name="Organisation">Where a professional works.</param>
/// <param name="ToMaya">What they are to maya; null for nothing.</param>
/// <param name="OfficerOf">The organisation whose emergency openings they look at.</param>
/// <param name="Team">The care team that a professional is in where they work.</param>
internal sealed record DemoPerson(
    string SignInName, string DisplayName, bool HasRecord = false, string? Role = null, string? Organisation = null, string? ToMaya = null,
    string? OfficerOf = null, string? Team = null)
{
    /// <summary>The patient with the rich record.</summary>
    public const string Maya = "maya";

    /// <summary>Her daughter, who acts for her.</summary>
    public const string Sofia = "sofia";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DemoPerson> All { get; } =
    [
        new(Maya, "Maya Demo", HasRecord: true),
        new("noor", "Noor Demo", HasRecord: true),
        new("sam", "Sam Demo", ToMaya: "carer"),
        new(Sofia, "Sofia Demo", ToMaya: "daughter"),
        new("dr-lee", "Dr Robin Lee", Role: "general practitioner", Organisation: "Harbour Street Practice (demo)", ToMaya: "doctor"),
        new("dr-osei", "Dr Ama Osei", Role: "specialist in diabetes", Organisation: "Sampletown Hospital (demo)", ToMaya: "specialist", Team: "Diabetes team (demo)"),
        new("kim", "Kim Abel", Role: "diabetes nurse", Organisation: "Sampletown Hospital (demo)", Team: "Diabetes team (demo)"),
        new("iris", "Iris Demo", OfficerOf: "Sampletown Hospital (demo)"),
        new("oscar", "Oscar Demo", OfficerOf: "Harbour Street Practice (demo)"),
        new("mallory", "Mallory Demo"),
    ];
}
