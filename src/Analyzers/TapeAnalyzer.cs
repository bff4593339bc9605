using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Autograd.Analyzers;

/// <summary>Tapes: disposed, without an await in their scope, and without tensors that are kept past them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TapeAnalyzer : DiagnosticAnalyzer
{
    // What gives data, which no tape owns.
    static readonly string[] copies =
        ["Detach", "From", "Zeros", "Ones", "Full", "Scalar", "Identity", "Symbolic", "Uniform", "Normal", "OneHot", "DropoutMask"];

    static readonly string[] keeping = ["Add", "Enqueue", "Push", "Insert", "TryAdd", "AddLast", "AddFirst"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        ImmutableArray.Create(Rules.TapeIsDisposed, Rules.AwaitInTape, Rules.KeptTensor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(Created, OperationKind.ObjectCreation);
        context.RegisterOperationAction(Awaited, OperationKind.Await);
        context.RegisterSyntaxNodeAction(AwaitedByStatement, SyntaxKind.ForEachStatement, SyntaxKind.UsingStatement);
        context.RegisterOperationAction(Returned, OperationKind.Return, OperationKind.YieldReturn);
        context.RegisterOperationAction(Assigned, OperationKind.SimpleAssignment);
        context.RegisterOperationAction(Added, OperationKind.Invocation);
    }

    static void Created(OperationAnalysisContext context)
    {
        var created = (IObjectCreationOperation)context.Operation;
        if (!created.Type.IsTape()) return;
        IOperation value = created;
        while (value.Parent is IConversionOperation or IParenthesizedOperation) value = value.Parent;
        bool isLost = value.Parent switch
        {
            IExpressionStatementOperation => true,
            ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } =>
                !IsEndedOrGivenAway(created, local),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } => !IsEndedOrGivenAway(created, local),
            _ => false,
        };
        if (isLost) context.ReportDiagnostic(Diagnostic.Create(Rules.TapeIsDisposed, created.Syntax.GetLocation()));
    }

    static bool IsEndedOrGivenAway(IOperation created, ILocalSymbol local)
    {
        if (local.IsUsing) return true;
        var root = created;
        while (root.Parent is not null) root = root.Parent;
        return root.Descendants().Any(use => use is ILocalReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Local, local) && IsEndOrGift(reference));
    }

    static bool IsEndOrGift(IOperation use)
    {
        while (use.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation or IConditionalAccessOperation)
            use = use.Parent;
        return use.Parent switch
        {
            IInvocationOperation call => call.TargetMethod.Name == "Dispose",
            IArgumentOperation or IReturnOperation or IUsingOperation or IArrayInitializerOperation or ITupleOperation => true,
            ISimpleAssignmentOperation assignment => assignment.Value == use,
            IVariableInitializerOperation => true,
            IBlockOperation => false,
            IConditionalAccessOperation access => access.WhenNotNull is IInvocationOperation { TargetMethod.Name: "Dispose" },
            _ => use is IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.Name: "Dispose" } },
        };
    }

    static void Awaited(OperationAnalysisContext context) => Report(
        context.Operation.SemanticModel!, context.Operation.Syntax, context.Operation.Syntax.GetLocation(), context.ReportDiagnostic);

    static void AwaitedByStatement(SyntaxNodeAnalysisContext context)
    {
        var word = context.Node switch
        {
            ForEachStatementSyntax { AwaitKeyword: var each } => each,
            UsingStatementSyntax { AwaitKeyword: var use } => use,
            _ => default,
        };
        if (word.IsKind(SyntaxKind.AwaitKeyword)) Report(context.SemanticModel, context.Node, word.GetLocation(), context.ReportDiagnostic);
    }

    static void Report(SemanticModel model, SyntaxNode place, Location location, System.Action<Diagnostic> report)
    {
        if (model.TapeAround(place) is { } tape) report(Diagnostic.Create(Rules.AwaitInTape, location, tape.Name));
    }

    static void Returned(OperationAnalysisContext context)
    {
        var value = ((IReturnOperation)context.Operation).ReturnedValue;
        // The value of an expression-bodied function stands in no scope of its own.
        if (value is null || context.Operation.IsImplicit) return;
        if (context.Operation.SemanticModel!.TapeAround(context.Operation.Syntax) is { } tape) Check(context, value, tape);
    }

    static void Assigned(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (context.Operation.SemanticModel!.TapeAround(assignment.Syntax) is { } tape && OutlivesScope(assignment.Target, tape.Scope))
            Check(context, assignment.Value, tape);
    }

    // To a collection. What is no sequence may make a sum of what it is given, as GradientSum does.
    static void Added(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.Instance is null || !keeping.Contains(call.TargetMethod.Name) || !call.Instance.Type.IsSequence()) return;
        if (context.Operation.SemanticModel!.TapeAround(call.Syntax) is not { } tape || !OutlivesScope(call.Instance, tape.Scope)) return;
        foreach (var argument in call.Arguments) Check(context, argument.Value, tape);
    }

    // A field; or a variable from outside that is used outside too.
    static bool OutlivesScope(IOperation target, SyntaxNode scope)
    {
        target = target.Bare();
        if (target is IArrayElementReferenceOperation element) target = element.ArrayReference.Bare();
        if (target is IFieldReferenceOperation or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation or null })
            return true;
        if (target is not ILocalReferenceOperation { Local: var local }) return target is IParameterReferenceOperation;
        if (local.DeclaringSyntaxReferences.Any(declared => IsWithin(declared.GetSyntax(), scope))) return false;
        var function = scope.AncestorsAndSelf().FirstOrDefault(Known.IsFunction) ?? scope.SyntaxTree.GetRoot();
        return function.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(name => name.Identifier.Text == local.Name && !IsWithin(name, scope) && !IsWrittenOnly(name));
    }

    static bool IsWithin(SyntaxNode node, SyntaxNode scope) => scope.Span.Contains(node.Span);

    static bool IsWrittenOnly(SyntaxNode name) => name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name;

    static void Check(OperationAnalysisContext context, IOperation value, (string Name, SyntaxNode Scope) tape)
    {
        foreach (var part in Parts(value))
            if (BelongsToTape(part, tape.Scope, 0))
                context.ReportDiagnostic(Diagnostic.Create(Rules.KeptTensor, part.Syntax.GetLocation(), tape.Name));
    }

    static System.Collections.Generic.IEnumerable<IOperation> Parts(IOperation value) =>
        value.Bare() is ITupleOperation tuple ? tuple.Elements.SelectMany(Parts) : new[] { value.Bare() };

    // Results of operations and of sweeps, directly or by a variable of the scope.
    static bool BelongsToTape(IOperation value, SyntaxNode scope, int depth)
    {
        value = value.Bare();
        if (!value.Type.IsTensor() || depth > 4) return false;
        switch (value)
        {
            case IBinaryOperation or IUnaryOperation:
                return true;
            case IInvocationOperation call:
                return !copies.Contains(call.TargetMethod.Name)
                    && (call.TargetMethod.ContainingType.IsAutograd("Functions") || call.TargetMethod.ContainingType.IsTape()
                        || call.TargetMethod.ContainingType.IsAutograd("Tensor")
                        || call.TargetMethod.ContainingType.DerivesFrom("Module"));
            case IArrayElementReferenceOperation element:
                return BelongsToTape(element.ArrayReference, scope, depth + 1);
            case IConditionalOperation { WhenFalse: { } other } choice:
                return BelongsToTape(choice.WhenTrue, scope, depth + 1) || BelongsToTape(other, scope, depth + 1);
            case ILocalReferenceOperation { Local: var local }:
                return local.DeclaringSyntaxReferences.Select(declared => declared.GetSyntax())
                    .Any(declared => IsWithin(declared, scope) && declared is VariableDeclaratorSyntax { Initializer.Value: { } first }
                        && value.SemanticModel!.GetOperation(first) is { } given && BelongsToTape(given, scope, depth + 1));
            default:
                return false;
        }
    }
}
