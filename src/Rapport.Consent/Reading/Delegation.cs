using Rapport.Fhir;

namespace Rapport.Consent;

/// <summary>That a consent lets somebody act for the patient, and not only see: its one recipient has a role by which people act for others.</summary>
/// <param name="To">The reference of who acts.</param>
/// <param name="ToName">Their name as it stands; null when it does not.</param>
/// <param name="Role">The HL7 code of the role: one of <see cref="Roles"/>.</param>
/// <param name="Actions">What they may do: <see cref="ConsentAction"/>; reading alone where nothing is said.</param>
public sealed record Delegation(string To, string? ToName, string Role, IReadOnlyList<string> Actions)
{
    /// <summary>Whom the patient chose.</summary>
    public const string Delegatee = "DELEGATEE";

    /// <summary>A parent.</summary>
    public const string Parent = "PRN";

    /// <summary>A guardian by law; the one code that is of HL7's role classes.</summary>
    public const string Guardian = "GUARD";

    /// <summary>The roles by which people act for others: chosen, by powers of attorney (in general, for health, lasting, for one matter), as parent, as guardian.</summary>
    public static IReadOnlyList<string> Roles { get; } = [Delegatee, "POWATT", "HPOWATT", "DPOWATT", "SPOWATT", Parent, Guardian];

    /// <summary>The address of the code system of a role.</summary>
    public static string SystemOf(string role) => role == Guardian ? CodeSystems.RoleClass : CodeSystems.RoleCode;

    /// <summary>What the root provision of a consent says of it. Several who act are several consents: each is ended alone.</summary>
    internal static Delegation? Read(Element provision)
    {
        var actors = provision.All("actor");
        return actors is [var actor] && RoleOf(actor) is { } role && actor.TryGetChild("reference", out var who) && who.ReferenceText() is { } reference && IsPerson(reference)
            ? new Delegation(reference, who.Text("display"), role, ActionsOf(provision))
            : null;
    }

    private static bool IsPerson(string reference) => reference.Split('/') is ["RelatedPerson" or "Patient" or "Practitioner", _];

    private static string? RoleOf(Element actor) =>
        actor.TryGetChild("role", out var role)
            ? role.Codes().Where(static code => Roles.Contains(code.Code) && code.System == SystemOf(code.Code)).Select(static code => code.Code).FirstOrDefault()
            : null;

    private static IReadOnlyList<string> ActionsOf(Element provision)
    {
        var named = provision.All("action").SelectMany(static action => action.Codes()).ToList();
        return named.Count == 0 ? [ConsentAction.Access] : [.. named.Select(static code => code.System == ConsentAction.OwnSystem ? code.ToString() : code.Code)];
    }
}
