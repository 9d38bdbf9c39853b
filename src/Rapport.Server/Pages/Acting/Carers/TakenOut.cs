using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>Taking somebody out of those who look after a child, and what they are told of it, until they say that they know.</summary>
internal static class TakenOut
{
    /// <summary>Takes somebody out. What they are told is noted first, and shown once it is true: if this stops between, nobody is out without a word.</summary>
    /// <param name="modules">The server's modules.</param>
    /// <param name="guardian">The child's record, as whoever takes them out looks after it.</param>
    /// <param name="child">The child.</param>
    /// <param name="by">Who takes them out.</param>
    /// <param name="looked">Whom it is about, as it was looked at.</param>
    /// <param name="choice">Who, and what with them.</param>
    /// <returns>Who is out; nobody where they stepped back themselves meanwhile, or whoever takes them out may not any more.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<string>> TakeOutAsync(Modules modules, GuardianAccess guardian, Person child, Person by, TakingOut looked, TakeOutChoice choice)
    {
        List<(string Who, PersonId Id, CareEnding Noted)> told = [];
        IReadOnlyList<string>? left = null;
        for (var at = looked; at is not null && left is null;)
        {
            var leaving = choice.WithLetIn ? [at.Self, .. at.LetIn] : (IReadOnlyList<Leaving>)[at.Self];
            told.AddRange(await TellAsync(modules.People, guardian, by, at, leaving));
            await LetGoAsync(modules.People, guardian, child, by, told.Select(static known => known.Id).ToHashSet());

            // Whom they let in between looking and here is told too, before it is done.
            left = await guardian.Care.TakeOutAsync(choice with { Looked = [.. leaving.SelectMany(static who => who.Agreements)] }, CancellationToken.None);
            at = left is null ? await guardian.Care.LookAtTakingOutAsync(choice.Who, choice.References, CancellationToken.None) : at;
        }

        // Of two who do it at once the later one finds nobody, and what is noted is true all the same.
        foreach (var (_, id, noted) in told.Where(known => left?.Contains(known.Who) != true))
        {
            if (!await modules.Records.Guardians.HasTakenOutAsync(guardian.Patient, noted.By, noted.Agreements, CancellationToken.None))
            {
                await modules.People.EndedCare.TakeBackAsync(id, noted, CancellationToken.None);
            }
        }

        return left ?? [];
    }

    /// <summary>Notes it for each of those who would leave, as far as they have an account.</summary>
    private static async Task<IReadOnlyList<(string Who, PersonId Id, CareEnding Noted)>> TellAsync(PeopleModule people, GuardianAccess guardian, Person by, TakingOut at, IReadOnlyList<Leaving> leaving)
    {
        List<(string, PersonId, CareEnding)> told = [];
        foreach (var (who, agreements) in leaving)
        {
            if (await people.Accounts.FindByReferenceAsync(who, CancellationToken.None) is { } person)
            {
                told.Add((who, person.Id, await people.EndedCare.TellAsync(person.Id, guardian.Patient, guardian.PatientName, (at.By, by.DisplayName), agreements, CancellationToken.None)));
            }
        }

        return told;
    }

    /// <summary>What they were asked before, and had not answered, would let them in again.</summary>
    private static async Task LetGoAsync(PeopleModule people, GuardianAccess guardian, Person child, Person by, HashSet<PersonId> leaving)
    {
        foreach (var asked in await people.Invitations.ListAsync(child.Id, CancellationToken.None))
        {
            if (asked is { Care: not null, For: { } whom } && leaving.Contains(whom) && await CareAsked.MayTakeBackAsync(guardian, by, people, asked, CancellationToken.None))
            {
                await people.Invitations.TakeBackAsync(child.Id, asked.Id, CancellationToken.None);
            }
        }
    }

    /// <summary>Of what is noted for somebody that which is true, newest first: it is noted before it is done, and whoever looks after the child still, or stepped back themselves, was not taken out.</summary>
    /// <remarks>A note that cannot be checked, since the child's record is damaged, is better told than kept. One that has not come true within a day does so no more, and goes.</remarks>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<CareEnding>> OfAsync(Modules modules, Person person, CancellationToken cancel)
    {
        List<CareEnding> over = [];
        foreach (var ended in await modules.People.EndedCare.ListAsync(person.Id, cancel))
        {
            if (await IsTrueAsync(modules, person, ended, cancel))
            {
                over.Add(ended);
            }
            else if (modules.Clock.GetUtcNow() - ended.At > TimeSpan.FromDays(1))
            {
                await modules.People.EndedCare.TakeBackAsync(person.Id, ended, cancel);
            }
        }

        return over;
    }

    private static async Task<bool> IsTrueAsync(Modules modules, Person person, CareEnding ended, CancellationToken cancel)
    {
        try
        {
            return await modules.Records.Acting.OpenAsync(ended.Child, Patients.ActorOf(person), cancel) is not { IsParental: true }
                && await modules.Records.Guardians.HasTakenOutAsync(ended.Child, ended.By, ended.Agreements, cancel);
        }
        catch (RecordUnreadableException)
        {
            // Whoever opens the record is logged then; here it is looked at each minute.
            return true;
        }
    }
}
