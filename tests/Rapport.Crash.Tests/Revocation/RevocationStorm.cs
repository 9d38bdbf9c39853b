using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Rapport.Crash.Tests.Revocation;

/// <summary>
/// Readers and those who take back, each as fast as they can, on whichever server: agreements with people, read in four ways and ended by the API and by the page; links, opened without an account and ended; an emergency door, opened by
/// professionals and closed by the patient. What each did and saw is kept as the clients saw it.
/// </summary>
internal sealed class RevocationStorm(Cluster cluster, IReadOnlyDictionary<string, DemoPerson> people, int seed)
{
    private const int LeastOfEach = 5;

    private static readonly string[] Purposes = ["TREAT", "CAREMGT"];

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Deed>> _deeds = [];
    private readonly ConcurrentDictionary<string, string> _links = [];
    private readonly DemoPerson _maya = people["maya"];
    private readonly DemoPerson _noor = people["noor"];
    private volatile bool _stopped;
    private string _mayaCookie = "";
    private string _noorCookie = "";
    private int _reads;
    private int _tags;
    private int _revoked;

    /// <summary>Called with the number of revocations that were acknowledged so far.</summary>
    public Action<int> Revoked { get; set; } = static _ => { };

    /// <summary>Who has a ledger to be checked.</summary>
    public IEnumerable<DemoPerson> Patients => [_maya, _noor];

    /// <summary>What was done to a record and read of it.</summary>
    public IReadOnlyCollection<Deed> DeedsOf(DemoPerson patient) => _deeds[patient.Name];

    /// <summary>How many reads gave something.</summary>
    public int Served => _deeds.Values.Sum(static deeds => deeds.Count(static deed => deed.Kind == DeedKind.Served));

    /// <summary>Whether somebody said stop, or something went wrong.</summary>
    public bool IsStopped => _stopped;

    /// <summary>Whether each way to read gave something often enough to tell anything.</summary>
    public bool HasServedAll => new[] { "agreement", "link", "door" }.All(way => _deeds.Values.Sum(deeds => deeds.Count(deed => deed.Kind == DeedKind.Served && deed.Subject.StartsWith(way, StringComparison.Ordinal))) >= LeastOfEach);

    /// <summary>Ends all after the request that they are at.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Runs until somebody says stop.</summary>
    public async Task RunAsync()
    {
        (_mayaCookie, _noorCookie) = (await cluster.SignInAsync("maya"), await cluster.SignInAsync("noor"));
        _deeds["maya"] = [];
        _deeds["noor"] = [];
        List<Func<Random, Task>> loops = [];
        List<Agreement> agreements = [];
        foreach (var name in new[] { "dr-lee", "dr-osei", "sam" })
        {
            var agreement = await MakeAsync("agreement with " + name, people[name]);
            agreements.Add(agreement);
            loops.Add(random => ChangeAsync(agreement, random));
            loops.AddRange(Purposes.Select<string, Func<Random, Task>>(purpose => random => ReadAsync(agreement, purpose, random)));
        }

        for (var link = 0; link < 2; link++)
        {
            var subject = "link " + link;
            loops.Add(random => GiveAndEndAsync(subject, random));
            loops.Add(random => OpenLinkAsync(subject, random));
        }

        loops.Add(DecideAboutDoorAsync);
        foreach (var name in new[] { "dr-lee", "dr-osei" })
        {
            var cookie = await cluster.SignInAsync(name);
            loops.Add(random => BreakGlassAsync(people[name], cookie, random));
        }

        await Task.WhenAll(loops.Select((loop, i) => Task.Run(() => LoopAsync(loop, new Random((seed * 100) + i)))));
        foreach (var agreement in agreements)
        {
            await EndAsync(agreement, new Random(seed));
        }
    }

    /// <summary>A first agreement, of which it is known that it was made, so that there is no other.</summary>
    private async Task<Agreement> MakeAsync(string name, DemoPerson with)
    {
        var made = await DoAsync(_maya, DeedKind.Grant, name, () => cluster.AskAsync(
            new Random(seed), HttpMethod.Post, "/fhir/Consent", _maya.Token, content: Cluster.Json(Make.Consent(_maya.Patient!, with.Person).ToJsonString(), "application/fhir+json")));
        Assert.Equal(HttpStatusCode.Created, made?.Status);
        return new Agreement(name, with, (string)JsonNode.Parse(made!.Body)!["id"]!);
    }

    private async Task LoopAsync(Func<Random, Task> loop, Random random)
    {
        try
        {
            while (!_stopped)
            {
                await loop(random);
            }
        }
        catch
        {
            // What goes wrong for one ends it for all.
            _stopped = true;
            throw;
        }
    }

    /// <summary>The patient ends an agreement, lets others try, and makes it anew.</summary>
    private async Task ChangeAsync(Agreement agreement, Random random)
    {
        if (!await EndAsync(agreement, random))
        {
            return;
        }

        Revoked(Interlocked.Increment(ref _revoked));
        await LetReadAsync();
        var open = Make.Consent(_maya.Patient!, agreement.With.Person, agreement.Id).ToJsonString();
        await DoAsync(_maya, DeedKind.Grant, agreement.Name, () => cluster.AskAsync(random, HttpMethod.Put, "/fhir/Consent/" + agreement.Id, _maya.Token, content: Cluster.Json(open, "application/fhir+json")));
        await LetReadAsync(15);
    }

    /// <summary>By the API, or on the page; true when it was acknowledged.</summary>
    private async Task<bool> EndAsync(Agreement agreement, Random random)
    {
        var closed = Make.Consent(_maya.Patient!, agreement.With.Person, agreement.Id, active: false).ToJsonString();
        var ended = await DoAsync(_maya, DeedKind.Revoked, agreement.Name, () => random.Next(2) == 0
            ? cluster.AskAsync(random, HttpMethod.Put, "/fhir/Consent/" + agreement.Id, _maya.Token, content: Cluster.Json(closed, "application/fhir+json"))
            : cluster.SendFormAsync(random, _mayaCookie, "/account", "/share/stop", ("id", agreement.Id)));
        Assert.True(ended is null or { Status: HttpStatusCode.OK or HttpStatusCode.SeeOther or HttpStatusCode.ServiceUnavailable }, $"an end was refused: {ended}");
        return ended is { Status: HttpStatusCode.OK or HttpStatusCode.SeeOther };
    }

    private async Task ReadAsync(Agreement agreement, string purpose, Random random)
    {
        var path = random.Next(4) switch
        {
            0 => $"/fhir/Observation?patient={_maya.Patient}&_count=3",
            1 => $"/fhir/Observation?patient={_maya.Patient}&_summary=count",
            2 => $"/fhir/Patient/{_maya.Patient}/$everything?_count=2",
            _ => $"/fhir/Patient/{_maya.Patient}/Observation?_sort=-date&_count=1",
        };
        await LookAsync(_maya, agreement.Name, agreement.With.Person, purpose, null, () => cluster.AskAsync(random, HttpMethod.Get, path, agreement.With.Token, purpose: purpose));
    }

    private async Task GiveAndEndAsync(string subject, Random random)
    {
        var given = await DoAsync(_maya, DeedKind.Grant, subject, () => cluster.AskAsync(
            random, HttpMethod.Post, "/api/links", _maya.Token, content: Cluster.Json($$$"""{"label":"{{{subject}}}","what":{"types":["Observation"]}}""")));
        if (given is not { Status: HttpStatusCode.Created })
        {
            return;
        }

        var made = JsonNode.Parse(given.Body)!;
        var payload = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(((string)made["shlink"]!).AsSpan("shlink:/".Length)))!;

        // Each link is a subject of its own: one whose end was not acknowledged may go on.
        var name = $"{subject} {(string)made["id"]!}";
        _links[subject] = $"{name}\n{new Uri((string)payload["url"]!).AbsolutePath}";
        await LetReadAsync(15);
        while (!_stopped)
        {
            var ended = await DoAsync(_maya, DeedKind.Revoked, name, () => cluster.AskAsync(random, HttpMethod.Delete, "/api/links/" + made["id"], _maya.Token));
            if (ended is { Status: HttpStatusCode.NoContent })
            {
                Revoked(Interlocked.Increment(ref _revoked));
                await LetReadAsync();
                return;
            }
        }
    }

    private async Task OpenLinkAsync(string subject, Random random)
    {
        if (!_links.TryGetValue(subject, out var link))
        {
            await LetReadAsync(1);
            return;
        }

        var tag = $"reader {Interlocked.Increment(ref _tags)}";
        var parts = link.Split('\n');
        await LookAsync(_maya, parts[0], "link", "TREAT", "link: " + tag, () => cluster.AskAsync(
            random, HttpMethod.Post, parts[1], content: Cluster.Json($$"""{"recipient":"{{tag}}","embeddedLengthMax":100}""")));
    }

    /// <summary>The patient closes the door, and opens it again.</summary>
    private async Task DecideAboutDoorAsync(Random random)
    {
        var closed = await DoAsync(_noor, DeedKind.Revoked, "door", () => cluster.SendFormAsync(random, _noorCookie, "/account", "/share/emergency", ("door", "closed"), ("understood", "on")));
        if (closed is { Status: HttpStatusCode.SeeOther } && closed.Location == "/share/emergency?done=decided")
        {
            Revoked(Interlocked.Increment(ref _revoked));
            await LetReadAsync();
        }

        await DoAsync(_noor, DeedKind.Grant, "door", () => cluster.SendFormAsync(random, _noorCookie, "/account", "/share/emergency", ("door", "open")));
        await LetReadAsync(30);
    }

    private async Task BreakGlassAsync(DemoPerson professional, string cookie, Random random)
    {
        await cluster.SendFormAsync(random, cookie, "/account", "/emergency", ("who", _noor.Name), ("why", "found unconscious after a fall"));
        for (var look = 0; look < 3; look++)
        {
            await LookAsync(_noor, "door", professional.Person, "BTG", null, () => cluster.AskAsync(
                random, HttpMethod.Get, $"/fhir/Patient/{_noor.Patient}/$everything?_count=2", professional.Token, purpose: "BTG"));
        }
    }

    /// <summary>Waits until others have read something, so that what is given is used and what is ended is tried.</summary>
    private async Task LetReadAsync(int reads = 6)
    {
        var from = Volatile.Read(ref _reads);
        while (!_stopped && Volatile.Read(ref _reads) < from + reads)
        {
            await Task.Yield();
        }
    }

    private async Task<Told?> DoAsync(DemoPerson patient, DeedKind kind, string subject, Func<Task<Told?>> doing)
    {
        var (began, beganAt) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        if (kind == DeedKind.Grant)
        {
            // Whatever comes of it: from now on it may be given.
            _deeds[patient.Name].Enqueue(new Deed(kind, subject, "", "", null, began, began, beganAt, beganAt));
            return await doing();
        }

        var told = await doing();
        var isDone = told is { Status: HttpStatusCode.OK or HttpStatusCode.NoContent } || (told is { Status: HttpStatusCode.SeeOther, Location: { } location } && location.Contains("done=", StringComparison.Ordinal) && !location.Contains("conflict", StringComparison.Ordinal));
        if (isDone)
        {
            _deeds[patient.Name].Enqueue(new Deed(kind, subject, "", "", null, began, Stopwatch.GetTimestamp(), beganAt, TimeProvider.System.GetUtcNow()));
        }

        return told;
    }

    private async Task LookAsync(DemoPerson patient, string subject, string actor, string purpose, string? tag, Func<Task<Told?>> looking)
    {
        var (began, beganAt) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        var told = await looking();
        var kind = told switch
        {
            { Status: HttpStatusCode.OK, Body: var body } => body.Contains("\"total\":0", StringComparison.Ordinal) ? DeedKind.Refused : DeedKind.Served,
            { Status: HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests } => DeedKind.Refused,
            null or { Status: HttpStatusCode.ServiceUnavailable } => DeedKind.Unknown,
            _ => throw new InvalidOperationException($"a read was answered with {told}"),
        };
        _deeds[patient.Name].Enqueue(new Deed(kind, subject, actor, purpose, tag, began, Stopwatch.GetTimestamp(), beganAt, TimeProvider.System.GetUtcNow()));
        Interlocked.Increment(ref _reads);
        if (told is { Status: HttpStatusCode.TooManyRequests })
        {
            await LetReadAsync(30);
        }
    }

    private sealed record Agreement(string Name, DemoPerson With, string Id);
}
