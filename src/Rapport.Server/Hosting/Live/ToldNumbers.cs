using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// A number for somebody that changes with whatever every page tells them: what happens to the consents of their own record (who came through the emergency door, who asks to go on for them), and the emergency doors
/// of whose opening they are told as a contact. By it open pages are kept up to date.
/// </summary>
internal static class ToldNumbers
{
    /// <summary>Bits for the doors: more are not told.</summary>
    private const int DoorBits = 20;

    /// <summary>The numbers of some people, in two small questions; never 0.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyDictionary<PersonId, long>> OfAsync(Modules modules, IReadOnlyCollection<(PersonId Person, PatientId? Record)> people, CancellationToken cancel)
    {
        var doors = await modules.People.Emergencies.CountsOfContactsAsync([.. people.Select(static one => one.Person)], cancel);
        PatientId[] records = [.. people.Select(static one => one.Record).OfType<PatientId>()];
        var consents = records.Length == 0 ? new Dictionary<PatientId, long>() : await modules.Records.Compartments.ConsentSequencesAsync(records, cancel);
        return people.ToDictionary(
            static one => one.Person,
            one => 1L + ((one.Record is { } record ? consents.GetValueOrDefault(record) : 0) << DoorBits) + Math.Min(doors.GetValueOrDefault(one.Person), (1 << DoorBits) - 2));
    }

    /// <summary>Of how many doors a number tells.</summary>
    public static long DoorsIn(long number) => (number - 1) & ((1 << DoorBits) - 1);
}
