using System.Text;
using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>
/// Puts together what several sources tell of one person. The Patient of whoever said something new last stands token for token; to it
/// comes what the others say and it is silent about: of lists each item that is not there yet, at their end; of all else what nobody newer
/// says. What was added is marked, so that what a source said itself can be told from it again. Stateless.
/// </summary>
internal static class JoinedPatient
{
    /// <summary>As deep as FHIR may be here.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    internal static JsonElement Parse(ReadOnlyMemory<byte> json) => JsonElement.Parse(json.Span, Deep);

    /// <summary>Whether a Patient says of whom it tells, by name or birth date.</summary>
    internal static bool Names(JsonElement patient) =>
        (patient.TryGetProperty("name", out var names) && PatientElements.Says("name", names.EnumerateArray(), _ => true))
        || patient.TryGetProperty("birthDate", out _);

    /// <summary>A Patient with what others tell of the same person, as far as <see cref="CarryingLimit"/> has place for it.</summary>
    /// <param name="said">What one source says, as it is to stand in the record; with a <c>meta</c>, without a mark.</param>
    /// <param name="others">What others said last, the newest first.</param>
    /// <param name="cancel">Gives up.</param>
    internal static byte[] Join(ReadOnlyMemory<byte> said, IEnumerable<ToldPatient> others, CancellationToken cancel)
    {
        var root = Parse(said);
        var isNamed = Names(root);
        var parts = new PatientParts(root);
        var joining = new PatientJoining(parts, new CarryingLimit(root, said.Length), cancel);
        List<string> marks = [];
        ToldPatient[] telling = [.. others.Where(other => other.Names || !isNamed)];
        if (!PatientElements.SaysGender(root) && telling.Any(static other => other.SaysGender))
        {
            // There is one place for it, and that a source does not know takes nothing away.
            parts.Remove(PatientElements.Gender);
        }

        foreach (var other in telling)
        {
            cancel.ThrowIfCancellationRequested();
            if (joining.Add(other.Version, Parse(other.ReadSaid())) is { Count: > 0 } counts)
            {
                marks.Add(new JoinMark(other.Version, counts).Write());
            }
        }

        if (marks.Count == 0)
        {
            return said.ToArray();
        }

        var meta = new PatientParts(root.GetProperty("meta"));
        meta.AddRaw("extension", marks);
        parts.Replace("meta", meta.Write());
        return Encoding.UTF8.GetBytes(parts.Write());
    }

    /// <summary>What the source of a version said itself.</summary>
    /// <param name="body">The Patient.</param>
    /// <param name="version">Which version of it.</param>
    internal static ReadOnlyMemory<byte> SaidIn(ReadOnlyMemory<byte> body, int version) => Unmark(body, root => JoinMark.In(root, version));

    /// <summary>
    /// A Patient that comes from elsewhere: it says all that is in it, and a mark in it speaks of another record, or of an earlier state of
    /// this one.
    /// </summary>
    internal static ReadOnlyMemory<byte> WithoutMarks(ReadOnlyMemory<byte> body) => Unmark(body, _ => []);

    private static ReadOnlyMemory<byte> Unmark(ReadOnlyMemory<byte> body, Func<JsonElement, IReadOnlyList<JoinMark>> believed)
    {
        var root = Parse(body);
        if (!JoinMark.AllIn(root).Any())
        {
            return body;
        }

        var parts = new PatientParts(root);
        var meta = new PatientParts(root.GetProperty("meta"));
        meta.RemoveAll("extension", JoinMark.IsOne);
        parts.Replace("meta", meta.Write());
        foreach (var (element, count) in believed(root).SelectMany(mark => mark.Counts))
        {
            parts.RemoveLast(element, count);
        }

        return Encoding.UTF8.GetBytes(parts.Write());
    }
}
