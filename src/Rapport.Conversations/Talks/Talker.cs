using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>A member as whom somebody may read and write.</summary>
/// <param name="Reference">The member.</param>
/// <param name="For">The patient for whom they act; null for themselves and their teams.</param>
/// <param name="Types">The FHIR types that they are limited to when they act; none for no limit.</param>
public sealed record Capacity(string Reference, PatientId? For, IReadOnlyList<string> Types)
{
    /// <summary>Whether they act because the patient is a child.</summary>
    public bool IsParental { get; init; }

    /// <summary>What of a child is not for whoever acts as their parent; null where all of it is.</summary>
    public MinorPolicy? Confidential { get; init; }

    /// <summary>Whether they act for somebody else.</summary>
    public bool IsActing => For is not null;

    /// <summary>Whether they may read and write in a conversation as this member, who is in it. Where nobody noted what its words are about, a parent of a teenager may not.</summary>
    public bool MayBeIn(Conversation conversation) =>
        !IsActing || (Topics.IsWithin(conversation.Topic, Types) && (Confidential is not { } policy || (conversation.Kinds is { } kinds && !kinds.Any(policy.IsConfidential))));
}

/// <summary>Somebody who talks: who they are at this moment, and as whom they may. Immutable.</summary>
/// <param name="person">Who they are.</param>
/// <param name="capacities">As whom they may read and write, themselves first.</param>
public sealed class Talker(Person person, IReadOnlyList<Capacity> capacities)
{
    /// <summary>Who they are.</summary>
    public Person Person => person;

    /// <summary>As whom they may read and write, themselves first.</summary>
    public IReadOnlyList<Capacity> Capacities => capacities;

    /// <summary>The references of all members that they may be.</summary>
    public IReadOnlyList<string> References { get; } = [.. capacities.Select(static capacity => capacity.Reference)];

    /// <summary>How a person is named as a member: a patient in what is about them, a professional, or anyone.</summary>
    /// <param name="person">The person.</param>
    /// <param name="about">Whose record it is about.</param>
    public static string ReferenceOf(Person person, PatientId about) =>
        person.Record == about ? $"Patient/{about}" : person.IsProfessional ? $"Practitioner/{person.Id}" : PrivateReferenceOf(person);

    /// <summary>How a person is named who is meant alone: whoever acts for them is not.</summary>
    public static string PrivateReferenceOf(Person person) => PrivateReferenceOf(person.Id);

    /// <inheritdoc cref="PrivateReferenceOf(Person)"/>
    internal static string PrivateReferenceOf(PersonId person) => $"RelatedPerson/{person}";

    /// <summary>What somebody may read and write as at this moment.</summary>
    /// <param name="person">Who.</param>
    /// <param name="actor">Them, as records know them.</param>
    /// <param name="records">The records.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<Talker> OfAsync(Person person, Actor actor, RecordsModule records, CancellationToken cancel)
    {
        List<Capacity> capacities = [.. Themself(person).Capacities];
        foreach (var patient in await records.Compartments.ActedForAsync(actor, cancel))
        {
            if (await ActingAsync(patient, actor, records, cancel) is { } acting)
            {
                capacities.Add(acting);
            }
        }

        return new Talker(person, capacities);
    }

    /// <summary>Somebody as themself and as one of their teams, for nobody else.</summary>
    public static Talker Themself(Person person) => new(person, [.. Own(person).Distinct().Select(static reference => new Capacity(reference, null, []))]);

    /// <summary>Somebody in their own name alone: for nobody else, and as one of no team.</summary>
    public static Talker Alone(Person person) => new(person, [.. Themself(person).Capacities.Where(static capacity => !CareTeamId.IsReference(capacity.Reference))]);

    private static IEnumerable<string> Own(Person person) =>
    [
        .. person.Record is { } own ? [$"Patient/{own}"] : Array.Empty<string>(),
        .. person.IsProfessional ? [$"Practitioner/{person.Id}"] : Array.Empty<string>(),
        PrivateReferenceOf(person),
        .. person.RecipientReferences.Where(CareTeamId.IsReference),
    ];

    /// <summary>As whom they act for a patient in conversations; null where they may not, or the record is damaged.</summary>
    private static async Task<Capacity?> ActingAsync(PatientId patient, Actor actor, RecordsModule records, CancellationToken cancel)
    {
        try
        {
            return await records.Acting.OpenAsync(patient, actor, cancel) is { } acting && (acting.IsParental || acting.Actions.Contains(ConsentAction.Converse))
                ? new Capacity($"Patient/{patient}", patient, acting.Types) { IsParental = acting.IsParental, Confidential = acting.Confidential } : null;
        }
        catch (RecordUnreadableException)
        {
            return null;
        }
    }
}
