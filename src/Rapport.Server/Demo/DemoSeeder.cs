using System.Security.Cryptography;
using System.Text;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Demo;

/// <summary>
/// Adds the demo people. Each step looks first whether it is done, so a second start adds nothing, and one after a start that was cut short goes
/// on where that stopped. But for the daughter who acts for her mother, and the answers to a care team's check-in, nothing is shared at first: to share is what a visitor tries.
/// </summary>
internal sealed class DemoSeeder(ServerSettings settings, Modules modules)
{
    private const string TokenLabel = "demo";
    private readonly PeopleModule _people = modules.People;

    /// <summary>Makes sure that all are there and that the file with their tokens is true. Returns how many were added.</summary>
    /// <exception cref="StartupException">Somebody else has one of the names, or the file cannot be written.</exception>
    public async Task<int> SeedAsync(CancellationToken cancel)
    {
        // Passwords follow from a secret of the installation, so a start that was cut short before it wrote the file loses none.
        var secret = await Installation.SecretAsync(modules.Database, modules.Keyring, "demo-passwords", () => RandomNumberGenerator.GetBytes(32), cancel);
        var known = DemoTokens.Read(settings);
        var access = new Dictionary<string, DemoAccess>();
        var people = new Dictionary<string, Person>();
        var added = 0;
        var clock = new DemoClock(modules.Clock);
        await using var earlier = await modules.ByClockAsync(settings, clock, cancel);
        foreach (var demo in DemoPerson.All)
        {
            var password = PasswordOf(demo, secret);
            var person = await _people.Accounts.FindBySignInNameAsync(demo.SignInName, cancel);
            added += person is null ? 1 : 0;
            person ??= await AddAsync(demo, password, cancel);
            person = await WithRecordAsync(demo, person, earlier, cancel);
            await JoinAsync(demo, person, cancel);
            people[demo.SignInName] = person;
            access[demo.SignInName] = known.TryGetValue(demo.SignInName, out var before) && await IsStillTrueAsync(before, person, cancel)
                ? before
                : await GiveAccessAsync(demo, person, password, isKnown: before?.Person == person.Reference, cancel);
        }

        await FillCircleAsync(people, cancel);
        var (specialist, nurse) = (await _people.Accounts.FindAsync(people["dr-osei"].Id, cancel) ?? people["dr-osei"], await _people.Accounts.FindAsync(people["kim"].Id, cancel) ?? people["kim"]);
        await new DemoCheckIns(earlier, clock).AnswerAsync(people[DemoPerson.Maya], specialist, cancel);
        await GatherAsync(people[DemoPerson.Maya], modules, LateSources(), cancel);
        await WatchEmergenciesAsync(people, cancel);
        await AskMayaAsync(people["dr-osei"], cancel);
        await AskDoctorsAsync(people, cancel);
        await DemoConversations.TalkAsync(modules, people, cancel);
        await new DemoTeam(modules, earlier, clock).WorkAsync(people[DemoPerson.Maya], specialist, nurse, cancel);
        await DemoVisit.PrepareAsync(modules, people[DemoPerson.Maya], specialist, cancel);
        await DemoStories.InventAsync(modules.Stories, cancel);
        await new DemoActing(modules).SetAsync(people[DemoPerson.Maya], people[DemoPerson.Sofia], cancel);
        if (added > 0 || !access.OrderBy(pair => pair.Key).SequenceEqual(known.OrderBy(pair => pair.Key)))
        {
            await DemoTokens.WriteAsync(settings, access);
        }

        return added;
    }

    private async Task<Person> AddAsync(DemoPerson demo, string password, CancellationToken cancel)
    {
        var result = await _people.Accounts.AddAsync(
            new NewPerson
            {
                SignInName = demo.SignInName,
                DisplayName = demo.DisplayName,
                Password = password,
                IsProfessional = demo.Role is not null,
                Role = demo.Role,
            },
            cancel);
        return result.Value ?? throw new StartupException($"cannot add the demo person `{demo.SignInName}`: {result.Problem}");
    }

    private async Task<Person> WithRecordAsync(DemoPerson demo, Person person, Modules earlier, CancellationToken cancel)
    {
        if (!demo.HasRecord)
        {
            return person;
        }

        var isMaya = demo.SignInName == DemoPerson.Maya;
        if (person.Record is null)
        {
            await Patients.MakeRecordAsync(isMaya ? earlier : modules, person, cancel);
        }

        person = await _people.Accounts.FindAsync(person.Id, cancel) ?? person;
        if (isMaya)
        {
            await GatherAsync(person, earlier, EarlySources, cancel);
        }

        return person;
    }

    /// <summary>What a patient can get hold of: a hospital's record and its discharge letter.</summary>
    private static (string Name, Func<byte[]> Content)[] EarlySources { get; } =
        [("the demo record", () => Read("Demo/maya.json")), ("the demo discharge summary", () => Read("Demo/maya-discharge.xml"))];

    /// <summary>What tells of yesterday too: the export of a phone with a watch, a cuff and an electrocardiograph.</summary>
    private (string Name, Func<byte[]> Content)[] LateSources() => [("the demo phone", () => new DemoDevices(DateOnly.FromDateTime(modules.Clock.GetUtcNow().UtcDateTime).AddDays(-1)).Export())];

    /// <summary>Those of some sources that are not there yet.</summary>
    private static async Task GatherAsync(Person person, Modules by, IEnumerable<(string Name, Func<byte[]> Content)> sources, CancellationToken cancel)
    {
        var own = await Patients.OpenAsync(by, person, person.Record!.Value, cancel);
        var there = (await own.SourcesAsync(cancel)).Select(source => source.Description.Name).ToHashSet();
        foreach (var (name, content) in sources.Where(source => !there.Contains(source.Name)))
        {
            await GatherAsync(own, name, content(), cancel);
        }
    }

    /// <summary>Through the importers that everybody uses, all or nothing.</summary>
    private static async Task GatherAsync(Records.OwnAccess own, string name, byte[] content, CancellationToken cancel)
    {
        var result = await Importer.ImportAsync(own, SourceContent.Of(name, content), new ImportOptions { SourceName = name }, cancel);
        if (result.Status != ImportStatus.Taken)
        {
            throw new InvalidOperationException($"{name} was refused: {string.Join("; ", result.Issues.Select(issue => issue.Text))}");
        }
    }

    private async Task JoinAsync(DemoPerson demo, Person person, CancellationToken cancel)
    {
        if (demo.Organisation is null || person.Organisations.Count > 0)
        {
            return;
        }

        var organisation = (await _people.Directory.SearchOrganisationsAsync(demo.Organisation, cancel)).FirstOrDefault(o => o.Name == demo.Organisation)
            ?? (await _people.Directory.AddOrganisationAsync(demo.Organisation, cancel)).Value!;
        await _people.Directory.VouchAsync(
            organisation.Id,
            person.Id,
            new Vouching
            {
                Role = demo.Role!,
                Licence = Licence.Read(LicenceKind.Other, "DEMO-" + demo.SignInName, out _),
                Until = modules.Clock.GetUtcNow().AddYears(1),
                VerifiedBy = "the demo",
            },
            cancel);
        if (demo.Team is { } name)
        {
            var team = organisation.Teams.FirstOrDefault(known => known.Name == name) ?? (await _people.CareTeams.AddAsync(organisation.Id, name, cancel)).Value!;
            await _people.CareTeams.SetMemberAsync(team.Id, person.Id, true, cancel);
        }
    }

    private async Task FillCircleAsync(Dictionary<string, Person> people, CancellationToken cancel)
    {
        var maya = people[DemoPerson.Maya].Record!.Value;
        var members = DemoPerson.All.Where(demo => demo.ToMaya is not null).ToList();
        if ((await _people.Circle.OfPatientAsync(maya, cancel)).Count >= members.Count)
        {
            return;
        }

        foreach (var demo in members)
        {
            await _people.Circle.AddAsync(maya, people[demo.SignInName].Id, demo.ToMaya!, cancel);
            if (demo.ToMaya == "carer")
            {
                await _people.Circle.SetEmergencyContactAsync(maya, people[demo.SignInName], true, demo.ToMaya, cancel);
            }
        }
    }

    /// <summary>Who looks at emergency openings where they work.</summary>
    private async Task WatchEmergenciesAsync(Dictionary<string, Person> people, CancellationToken cancel)
    {
        foreach (var demo in DemoPerson.All.Where(demo => demo.OfficerOf is not null))
        {
            if ((await _people.Directory.SearchOrganisationsAsync(demo.OfficerOf!, cancel)).FirstOrDefault(organisation => organisation.Name == demo.OfficerOf) is { } organisation)
            {
                await _people.Directory.SetPrivacyOfficerAsync(organisation.Id, people[demo.SignInName].Id, true, cancel);
            }
        }
    }

    /// <summary>So that there are opinions to lay side by side.</summary>
    private async Task AskDoctorsAsync(Dictionary<string, Person> people, CancellationToken cancel)
    {
        // What somebody works as is known since they were added.
        List<Person> doctors = [];
        foreach (var name in new[] { "dr-lee", "dr-osei" })
        {
            doctors.Add(await _people.Accounts.FindAsync(people[name].Id, cancel) ?? people[name]);
        }

        if (doctors.TrueForAll(static doctor => doctor.IsVerified))
        {
            var maya = people[DemoPerson.Maya];
            await new DemoOpinions(modules).AskAsync(await Patients.OpenAsync(modules, maya, maya.Record!.Value, cancel), doctors, cancel);
        }
    }

    /// <summary>So that there is something to answer.</summary>
    private async Task AskMayaAsync(Person specialist, CancellationToken cancel)
    {
        if ((await _people.Requests.ListSentAsync(specialist.Id, cancel)).Count == 0)
        {
            await _people.Requests.AskAsync(
                specialist,
                DemoPerson.Maya,
                new RequestTerms("treat", ["conditions", "medicines", "results"], 3, "You come to my diabetes clinic next month. With your results and medicines I can prepare, and you need no new blood test."),
                cancel);
        }
    }

    private async Task<bool> IsStillTrueAsync(DemoAccess access, Person person, CancellationToken cancel) =>
        access.Person == person.Reference
        && access.Patient == person.Record?.ToString()
        && await _people.AccessTokens.FindAsync(access.Token, cancel) is { } owner
        && owner.Person.Id == person.Id;

    /// <summary>A new token in place of those that no file holds any more. Whom no file knows shows by the password that it is the demo's own and not somebody who is called alike.</summary>
    private async Task<DemoAccess> GiveAccessAsync(DemoPerson demo, Person person, string password, bool isKnown, CancellationToken cancel)
    {
        if (!isKnown && (await _people.Passwords.CheckAsync(demo.SignInName, password, "demo", cancel)).Person is null)
        {
            throw new StartupException($"somebody else is called `{demo.SignInName}` here, or their password was changed: start without `--demo`, or with another `--data`");
        }

        foreach (var token in await _people.AccessTokens.ListAsync(person.Id, cancel))
        {
            if (token.Label == TokenLabel)
            {
                await _people.AccessTokens.RevokeAsync(person.Id, token.Id, cancel);
            }
        }

        var made = (await _people.AccessTokens.CreateAsync(person.Id, TokenLabel, TokenScopes.All, expires: null, cancel)).Value!;
        return new DemoAccess(person.Reference, person.Record?.ToString(), password, made.Secret);
    }

    /// <summary>Three groups of four letters and digits: 60 bits, easy to type.</summary>
    private static string PasswordOf(DemoPerson demo, byte[] secret)
    {
        const string digits = "0123456789abcdefghjkmnpqrstvwxyz";
        var hash = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(demo.SignInName));
        var text = string.Concat(hash.Take(12).Select(b => digits[b & 31]));
        return $"{text[..4]}-{text[4..8]}-{text[8..]}";
    }

    /// <summary>A file of the demo.</summary>
    internal static byte[] Read(string name)
    {
        using var stream = typeof(DemoSeeder).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
