// Times training steps (forward, backward) of oneDNN's fused LSTM, with or without peepholes, when asked to. Version 2.
//
//   apt-get install -y g++ libdnnl-dev && g++ -O2 onednn_step.cpp -ldnnl -o onednn_step
//   echo "peephole 50 32 65 128 3" | OMP_NUM_THREADS=1 ./onednn_step
//
// First says who it is. Then answers each line CELL TIME BATCH INPUTS HIDDEN SECONDS with a line of milliseconds, one number per step.
// Cells: lstm, peephole. A step packs the weights, as after every update. It computes no loss and does not clear the gradients it adds to.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <dnnl.hpp>

using namespace dnnl;
using Arguments = std::unordered_map<int, memory>;

static_assert(DNNL_VERSION_MAJOR == 2, "this is written for version 2 of oneDNN");

class Step {
public:
    Step(bool peepholes, int time, int batch, int inputs, int hidden) {
        const auto type = memory::data_type::f32;
        const auto any = memory::format_tag::any;
        const memory::desc x({time, batch, inputs}, type, any), y({time, batch, hidden}, type, any), state({1, 1, batch, hidden}, type, any),
            wx({1, 1, inputs, 4, hidden}, type, any), wh({1, 1, hidden, 4, hidden}, type, any), bias({1, 1, 4, hidden}, type, any),
            peephole({1, 1, 3, hidden}, type, memory::format_tag::ldgo);
        const auto kind = prop_kind::forward_training;
        const auto direction = rnn_direction::unidirectional_left2right;
        const auto described = peepholes ? lstm_forward::desc(kind, direction, x, state, state, wx, wh, peephole, bias, y, state, state)
                                         : lstm_forward::desc(kind, direction, x, state, state, wx, wh, bias, y, state, state);
        const lstm_forward::primitive_desc ahead(described, cpu);
        const auto back_described = peepholes
            ? lstm_backward::desc(prop_kind::backward, direction, x, state, state, wx, wh, peephole, bias, y, state, state,
                                  x, state, state, wx, wh, peephole, bias, y, state, state)
            : lstm_backward::desc(prop_kind::backward, direction, x, state, state, wx, wh, bias, y, state, state,
                                  x, state, state, wx, wh, bias, y, state, state);
        const lstm_backward::primitive_desc back(back_described, cpu, ahead);

        const memory user_wx = random({{1, 1, inputs, 4, hidden}, type, memory::format_tag::ldigo});
        const memory user_wh = random({{1, 1, hidden, 4, hidden}, type, memory::format_tag::ldigo});
        const memory ahead_wx(ahead.weights_layer_desc(), cpu), ahead_wh(ahead.weights_iter_desc(), cpu);
        const memory back_wx(back.weights_layer_desc(), cpu), back_wh(back.weights_iter_desc(), cpu);
        pack = {{user_wx, ahead_wx}, {user_wh, ahead_wh}, {user_wx, back_wx}, {user_wh, back_wh}};

        ahead_arguments = {
            {DNNL_ARG_SRC_LAYER, random(ahead.src_layer_desc())}, {DNNL_ARG_SRC_ITER, zeros(ahead.src_iter_desc())},
            {DNNL_ARG_SRC_ITER_C, zeros(ahead.src_iter_c_desc())}, {DNNL_ARG_BIAS, random(ahead.bias_desc())},
            {DNNL_ARG_DST_LAYER, zeros(ahead.dst_layer_desc())}, {DNNL_ARG_DST_ITER, zeros(ahead.dst_iter_desc())},
            {DNNL_ARG_DST_ITER_C, zeros(ahead.dst_iter_c_desc())}, {DNNL_ARG_WORKSPACE, memory(ahead.workspace_desc(), cpu)}};
        if (peepholes) ahead_arguments.insert({DNNL_ARG_WEIGHTS_PEEPHOLE, random(peephole)});
        back_arguments = ahead_arguments;
        ahead_arguments.insert({{DNNL_ARG_WEIGHTS_LAYER, ahead_wx}, {DNNL_ARG_WEIGHTS_ITER, ahead_wh}});
        back_arguments.insert({
            {DNNL_ARG_WEIGHTS_LAYER, back_wx}, {DNNL_ARG_WEIGHTS_ITER, back_wh},
            {DNNL_ARG_DIFF_SRC_LAYER, zeros(back.diff_src_layer_desc())}, {DNNL_ARG_DIFF_SRC_ITER, zeros(back.diff_src_iter_desc())},
            {DNNL_ARG_DIFF_SRC_ITER_C, zeros(back.diff_src_iter_c_desc())}, {DNNL_ARG_DIFF_WEIGHTS_LAYER, zeros(back.diff_weights_layer_desc())},
            {DNNL_ARG_DIFF_WEIGHTS_ITER, zeros(back.diff_weights_iter_desc())}, {DNNL_ARG_DIFF_BIAS, zeros(back.diff_bias_desc())},
            {DNNL_ARG_DIFF_DST_LAYER, random(back.diff_dst_layer_desc())}, {DNNL_ARG_DIFF_DST_ITER, zeros(back.diff_dst_iter_desc())},
            {DNNL_ARG_DIFF_DST_ITER_C, zeros(back.diff_dst_iter_c_desc())}});
        if (peepholes) back_arguments.insert({DNNL_ARG_DIFF_WEIGHTS_PEEPHOLE, zeros(peephole)});
        forward = lstm_forward(ahead);
        backward = lstm_backward(back);
    }

    void run() {
        for (auto& [from, to] : pack) reorder(from, to).execute(queue, from, to);
        forward.execute(queue, ahead_arguments);
        backward.execute(queue, back_arguments);
        queue.wait();
    }

private:
    engine cpu{engine::kind::cpu, 0};
    stream queue{cpu};
    std::vector<std::pair<memory, memory>> pack;
    Arguments ahead_arguments, back_arguments;
    lstm_forward forward;
    lstm_backward backward;
    std::minstd_rand numbers{1};

    memory filled(const memory::desc& described, float limit) {
        memory made(described, cpu);
        auto* elements = static_cast<float*>(made.get_data_handle());
        std::uniform_real_distribution<float> uniform(-limit, limit);
        for (size_t i = 0; i < described.get_size() / sizeof(float); i++) elements[i] = limit == 0 ? 0 : uniform(numbers);
        return made;
    }

    memory random(const memory::desc& described) { return filled(described, 0.05f); }

    memory zeros(const memory::desc& described) { return filled(described, 0); }
};

int main() {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); };
    std::signal(SIGINT, SIG_IGN);  // Ctrl+C is for the process that asks
    std::cout << "oneDNN " << dnnl_version()->major << '.' << dnnl_version()->minor << std::endl;
    std::map<std::string, std::unique_ptr<Step>> made;
    for (std::string line; std::getline(std::cin, line);) {
        const auto cut = line.rfind(' ');
        auto& step = made[line.substr(0, cut)];
        std::istringstream what(line.substr(0, cut));
        std::string cell;
        int time, batch, inputs, hidden;
        if (!(what >> cell >> time >> batch >> inputs >> hidden)) {
            std::cout << "error: not understood: " << line << std::endl;
            continue;
        }
        if (!step) step = std::make_unique<Step>(cell == "peephole", time, batch, inputs, hidden);
        const double seconds = std::stod(line.substr(cut));
        const auto start = Clock::now();
        bool first = true;
        do {
            const auto before = Clock::now();
            step->run();
            std::printf(first ? "%.4f" : " %.4f", since(before) * 1e3);
            first = false;
        } while (since(start) < seconds);
        std::printf("\n");
        std::fflush(stdout);
    }
}
