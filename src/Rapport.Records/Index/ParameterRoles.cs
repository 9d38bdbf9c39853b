using System.Collections.Frozen;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What some search parameters mean to the record beyond being searched.</summary>
internal static class ParameterRoles
{
    // Which date tells when something happened to the patient, best first; dates that are about paperwork or persons are left out.
    private static readonly string[] WhenCodes =
    [
        "date", "onset-date", "effective", "effective-time", "authoredon", "performed", "started", "period", "occurrence", "service-date", "onset",
        "recorded-date", "start-date", "created", "issued", "sent", "authored", "asserted-date", "last-date", "recorded",
    ];

    private static readonly FrozenSet<string> MainCodes = FrozenSet.Create("code", "type", "vaccine-code", "category", "class", "combo-code", "medication", "substance", "scope");

    private static readonly FrozenSet<string> NameCodes = FrozenSet.Create("code", "vaccine-code");

    private static readonly FrozenSet<string> DocumentClassCodes = FrozenSet.Create("type", "category");

    private static readonly FrozenDictionary<ushort, Role> Roles = SearchParameters.All().ToFrozenDictionary(p => p.Id, p => new Role(
        p.Type == SearchParameterType.Date ? Array.IndexOf(WhenCodes, p.Code) : -1,
        p.Type == SearchParameterType.Token && MainCodes.Contains(p.Code),
        p.Type == SearchParameterType.Token && NameCodes.Contains(p.Code),
        p.Type == SearchParameterType.Token && DocumentClassCodes.Contains(p.Code),
        p.Type == SearchParameterType.Token && p.Code == "identifier",
        p.Code is "_id" or "_lastUpdated"));

    /// <summary>The parameter that holds <c>meta.security</c>.</summary>
    internal static SearchParameter Security { get; } =
        SearchParameters.Find("Observation", "_security") ?? throw new InvalidOperationException("the definitions lack `_security`");

    /// <summary>Rank of a date parameter as the clinically relevant time, 0 best; -1 when it is none.</summary>
    internal static int WhenRank(ushort parameter) => Roles[parameter].WhenRank;

    /// <summary>Whether its tokens say what an entry is about.</summary>
    internal static bool IsMainCode(ushort parameter) => Roles[parameter].IsMainCode;

    /// <summary>Whether its tokens say by what an entry is known among others of its type: that of a result, an illness, a medicine.</summary>
    internal static bool IsName(ushort parameter) => Roles[parameter].IsName;

    /// <summary>Whether its tokens say what class of document an entry is.</summary>
    internal static bool IsDocumentClass(ushort parameter) => Roles[parameter].IsDocumentClass;

    /// <summary>Whether its tokens are identifiers: nearly all different, so kept as hashes.</summary>
    internal static bool IsIdentifier(ushort parameter) => Roles[parameter].IsIdentifier;

    /// <summary>Whether the index has it as a column of its own, so that its values need no keeping.</summary>
    internal static bool IsColumn(ushort parameter) => Roles[parameter].IsColumn;

    private readonly record struct Role(int WhenRank, bool IsMainCode, bool IsName, bool IsDocumentClass, bool IsIdentifier, bool IsColumn);
}
