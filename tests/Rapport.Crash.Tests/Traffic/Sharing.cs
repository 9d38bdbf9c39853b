using System.Diagnostics;

namespace Rapport.Crash.Tests;

/// <summary>
/// The one consent by which a patient shares with a recipient, and what is known for certain about it when: from an acknowledgement until the
/// next change is sent. Only one task changes it.
/// </summary>
internal sealed class Sharing(DemoPerson patient, DemoPerson recipient)
{
    private readonly List<Stretch> _stretches = [];
    private bool? _known;
    private long _since;

    public DemoPerson Patient => patient;

    public DemoPerson Recipient => recipient;

    /// <summary>The id of the Consent, once made.</summary>
    public string? ConsentId { get; private set; }

    /// <summary>Whether it is in force; null when the last change was not acknowledged.</summary>
    public bool? IsOpen => _known;

    /// <summary>Opens or closes it. True when that was acknowledged; only then is anything known.</summary>
    public async Task<bool> SetAsync(Api api, bool open)
    {
        if (_known is { } before)
        {
            _stretches.Add(new(before, _since, Stopwatch.GetTimestamp()));
            _known = null;
        }

        var consent = Make.Consent(patient.Patient!, recipient.Person, ConsentId, open);
        var (status, body) = ConsentId is null ? await api.MakeConsentAsync(patient, consent) : await api.PutConsentAsync(patient, consent);
        if (status is null)
        {
            return false;
        }

        Assert.True(status is System.Net.HttpStatusCode.OK or System.Net.HttpStatusCode.Created, $"a consent was refused with {status}: {body}");
        using var written = System.Text.Json.JsonDocument.Parse(body);
        ConsentId ??= written.RootElement.GetProperty("id").GetString();
        (_since, _known) = (Stopwatch.GetTimestamp(), open);
        return true;
    }

    /// <summary>What must have been the answer to a request between these moments; null when either may be.</summary>
    public bool? WasOpen(long began, long ended)
    {
        foreach (var stretch in _stretches)
        {
            if (began >= stretch.From && ended <= stretch.To)
            {
                return stretch.Open;
            }
        }

        return _known is { } known && began >= _since ? known : null;
    }

    /// <summary>Forgets how it was: what was asked then has been checked.</summary>
    public void Forget() => _stretches.Clear();

    private readonly record struct Stretch(bool Open, long From, long To);
}
