using Rapport.Data;

namespace Rapport.Records;

/// <summary>A record of which something is shared with a recipient at this moment.</summary>
/// <param name="Patient">Whose.</param>
/// <param name="PatientName">The name the patient shares under.</param>
/// <param name="Until">When the last of it ends by itself; null when it does not.</param>
public sealed record SharedRecord(PatientId Patient, string PatientName, DateTimeOffset? Until);

/// <summary>Some of the records of which something is shared with a recipient.</summary>
/// <param name="Records">By name.</param>
/// <param name="Next">Asks for more of them; null on the last page.</param>
public sealed record SharedPage(IReadOnlyList<SharedRecord> Records, PatientId? Next);
